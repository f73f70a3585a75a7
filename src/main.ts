import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createApp } from './app.setup.js';
import { FirstStart } from './auth/first-start.js';
import { messageOf } from './common/errors.js';
import { StartError } from './common/start-error.js';
import { ConfigError } from './config/env.js';
import { markTold } from './config/secrets.js';
import { HealthService } from './health/health.service.js';
import { createLogger } from './http/logger.js';
import { openRuntime, type Runtime } from './runtime.js';
import { untold, welcome } from './welcome.js';

/** Counted from the signal: answers still being written are cut off, and then the process ends whatever hangs. */
const DRAIN_MILLISECONDS = 9_000;
const PATIENCE_MILLISECONDS = 14_000;

async function main(): Promise<void> {
  const runtime = await openRuntime();
  const logger = createLogger(runtime.config, runtime.secrets);
  endOnUnexpectedErrors(logger);
  try {
    const app = await createApp({ ...runtime, logger });
    stopOnSignals(app, runtime, logger);
    const firstStart = app.get(FirstStart, { strict: false });
    try {
      await listen(app, runtime);
    } catch (error) {
      // The first admin's token was made already, and is shown nowhere else.
      console.log(untold(runtime, firstStart.announcement()).join('\n'));
      markTold(runtime.config.dataDir);
      throw error;
    }
    console.log(welcome(runtime, await app.getUrl(), firstStart.announcement()));
    markTold(runtime.config.dataDir);
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, { config }: Runtime): Promise<void> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(`Port ${config.port} is already in use. Stop the other program, or set PORT.`);
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartError(`Port ${config.port} of ${config.host} cannot be opened (${code}). See PORT and HOST.`);
    }
    throw error;
  }
}

/** First the balancer is told, then no new requests, then the work in flight, and the embedded database last. */
function stopOnSignals(app: NestFastifyApplication, runtime: Runtime, logger: Logger): void {
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // A terminal's Ctrl-C arrives twice: from the terminal and once more through npm.
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    const server = app.getHttpServer();
    setTimeout(() => server.closeAllConnections(), DRAIN_MILLISECONDS).unref();
    setTimeout(() => process.exit(1), PATIENCE_MILLISECONDS).unref();
    app.get(HealthService, { strict: false }).beginToStop();
    await sleep(runtime.config.shutdownDelaySeconds * 1000);
    // A connection whose answer was under way says nothing of closing, and would be kept alive for its next request.
    setInterval(() => server.closeIdleConnections(), 50).unref();
    try {
      await app.close();
    } catch (error) {
      logger.error({ err: error }, 'could not stop in order');
    }
    await runtime.close();
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

/** After an error nobody handled the state of the process is unknown: end it, and let a supervisor start a new one. */
function endOnUnexpectedErrors(logger: Logger): void {
  const end = (error: unknown) => {
    logger.fatal({ err: error }, 'unexpected error, the process ends');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

try {
  await main();
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
