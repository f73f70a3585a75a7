import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDataSource } from '../../src/database/data-source.js';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { databaseUrl, runAsSuperuser } from './postgres.js';
import { SIZE } from './size.js';

/** One PostgreSQL for the run, migrated once into a template that every test file clones. */
export default async function setUp(): Promise<() => Promise<void>> {
  process.env.TEST_SEED ??= String(randomInt(1, 2 ** 31));
  console.log(`TEST_SIZE=${SIZE} TEST_SEED=${process.env.TEST_SEED}`);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'timesheet-test-'));
  const server = await startEmbeddedPostgres({ dir, fast: true });
  process.env.TEST_POSTGRES_URL = server.url;
  await runAsSuperuser(server.url, 'create database template_migrated');
  const dataSource = await createDataSource({ url: databaseUrl('template_migrated') }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
