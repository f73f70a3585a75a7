import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/app.setup.js';
import { Clock } from '../../src/common/clock.js';
import { readConfig, type Config } from '../../src/config/env.js';
import { resolveSecrets, type Secrets } from '../../src/config/secrets.js';
import { Database } from '../../src/database/database.js';
import { Transactions } from '../../src/database/transactions.js';
import { createLogger } from '../../src/http/logger.js';
import { cloneDatabase } from './postgres.js';

export interface TestAppOptions {
  /** Variables as the operator would set them, read by the real `readConfig`. */
  env?: Record<string, string>;
  /** Fields laid over the configuration that was read. */
  config?: Partial<Config>;
  /** A `FixedClock`, say; the system's clock without it. */
  clock?: Clock;
  /** Another replica of this app: the same database, configuration and secrets. */
  beside?: TestApp;
  /** Routes and providers that only this test has. */
  controllers?: Type[];
  providers?: Provider[];
  imports?: (Type | DynamicModule)[];
}

export interface TestApp {
  /** `http://127.0.0.1:<port>`, for supertest or `fetch`. */
  url: string;
  app: NestFastifyApplication;
  config: Config;
  secrets: Secrets;
  clock: Clock;
  dataSource: DataSource;
  database: Database;
  transactions: Transactions;
  databaseUrl: string;
  /** Every log line so far, as written (JSON text). */
  logLines: string[];
  /** Something the app provides, by its class or token. */
  get<T>(token: Type<T> | (abstract new (...args: never[]) => T) | symbol | string): T;
  close(): Promise<void>;
}

/** The real application on a port of its own, over a database cloned for it. Close it in `afterAll`. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { beside } = options;
  const testDatabase = beside === undefined ? await cloneDatabase() : databaseOf(beside);
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'timesheet-app-'));
  const config = beside?.config ?? {
    ...readConfig(environment(testDatabase.url, dataDir, options.env)),
    ...options.config,
  };
  const secrets = beside?.secrets ?? resolveSecrets(config);
  const logLines: string[] = [];
  const app = await createApp({
    config,
    secrets,
    databaseUrl: testDatabase.url,
    clock: options.clock,
    logger: createLogger(config, secrets, collectInto(logLines)),
    extraModules: [testModule(options)],
  });
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    app,
    config,
    secrets,
    clock: app.get(Clock),
    dataSource: app.get(DataSource),
    database: app.get(Database),
    transactions: app.get(Transactions),
    databaseUrl: testDatabase.url,
    logLines,
    get: (token) => app.get(token, { strict: false }),
    close: async () => {
      await app.close();
      await testDatabase.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The one that was there first drops it. */
const databaseOf = ({ databaseUrl: url }: TestApp) => ({ url, drop: () => Promise.resolve() });

const environment = (databaseUrl: string, dataDir: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  NODE_ENV: 'test',
  DATABASE_URL: databaseUrl,
  DATA_DIR: dataDir,
  ADMIN_USERNAME: 'admin',
  ADMIN_PASSWORD: 'correct horse battery staple',
  SECRET_TOKEN: randomBytes(24).toString('hex'),
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  RATE_LIMIT_PER_SECOND: '0',
  TEST_CONTROL: '{"withoutJobs":true}',
  ...extra,
});

const testModule = ({ controllers = [], providers = [], imports = [] }: TestAppOptions): DynamicModule => ({
  module: class TestRoutes {},
  controllers,
  providers,
  imports,
});

const collectInto = (lines: string[]): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      done();
    },
  });
