import { ValidationPipe, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import cookie from '@fastify/cookie';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AppModule, type RuntimeValues } from './app.module.js';
import { notFound } from './common/errors.js';
import { validationFailure } from './common/validation.js';
import { Metrics } from './health/metrics.js';
import { AppLogger } from './http/app-logger.js';
import { installBodyParsing } from './http/body-parsing.js';
import { installBodyDeadlines } from './http/body-deadlines.js';
import { installDoorkeepers } from './http/doorkeepers.js';
import { cutOffSlowRequest, fastifyOptions } from './http/fastify-options.js';
import { createLogger } from './http/logger.js';
import { serveOpenApi } from './http/openapi.js';
import { installRequestHooks } from './http/request-hooks.js';
import { enableCors, securityHeaders } from './http/security-headers.js';

export interface AppOptions extends RuntimeValues {
  logger?: Logger;
  /** Modules only this instance has: the tests' own routes, say. */
  extraModules?: (Type | DynamicModule)[];
}

/** Builds the whole HTTP application, ready for `init()` or `listen()`. The database must be migrated. */
export async function createApp(options: AppOptions): Promise<NestFastifyApplication> {
  const { config, extraModules = [] } = options;
  const logger = options.logger ?? createLogger(config, options.secrets);
  const app = await NestFactory.create<NestFastifyApplication>(
    rootModule(options, logger, extraModules),
    new FastifyAdapter({ ...fastifyOptions(config, logger), skipMiddie: true }),
    // Without `abortOnError: false` a failing module ends the process before anybody can say why.
    { bodyParser: false, bufferLogs: true, abortOnError: false },
  );
  app.useLogger(app.get(AppLogger));
  app.useGlobalPipes(createValidationPipe());
  app.useSecurityHeaders(securityHeaders(config));
  enableCors(app, config);
  await app.register(cookie);
  const fastify = app.getHttpAdapter().getInstance();
  installBodyDeadlines(fastify, cutOffSlowRequest);
  installBodyParsing(fastify);
  installDoorkeepers(fastify, (keeper) => app.get(keeper, { strict: false }));
  installRequestHooks(fastify, app.get(Metrics));
  speakPassport(fastify);
  if (config.role === 'worker') answerOperationsOnly(fastify);
  else serveOpenApi(app);
  return app;
}

const rootModule = (
  runtime: RuntimeValues,
  logger: Logger,
  extraModules: NonNullable<AppOptions['extraModules']>,
): DynamicModule => ({
  module: class Root {},
  imports: [
    // No routes for its middleware: the request line is written by `request-hooks.ts`, once, and without the URL.
    LoggerModule.forRoot({ pinoHttp: { logger }, useExisting: true, forRoutes: [] }),
    AppModule.forRuntime(runtime),
    ...extraModules,
  ],
  providers: [AppLogger],
});

/** Unknown fields are refused, nothing is converted by guessing, and the first broken rule of a field is the one told. */
export const createValidationPipe = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    stopAtFirstError: true,
    exceptionFactory: validationFailure,
  });

type FastifyInstance = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/** A worker tells how it is, and nothing else: the API is another process's. */
function answerOperationsOnly(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ url }) => {
    if (!/^\/(health|metrics)\b/.test(url))
      throw notFound('ROUTE.NOT_FOUND', 'This process is a worker: it has no API.');
  });
}

/** Passport's strategies write to a Node response: give Fastify's reply the two methods they call. */
function speakPassport(fastify: FastifyInstance): void {
  fastify.decorateReply(
    'setHeader',
    function setHeader(this: { header(name: string, value: string): void }, name: string, value: string) {
      this.header(name, value);
    },
  );
  fastify.decorateReply('end', function end(this: { send(): void }) {
    this.send();
  });
}
