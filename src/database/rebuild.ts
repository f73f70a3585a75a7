import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { MIGRATIONS } from '../../migrations/index.js';
import { dataSourceOptions } from './data-source.js';
import { lockMigrations } from './migrate.js';

/** What is done in between, with the given client alone. */
export interface Rebuilding {
  /** In the schema of the rows. */
  fill(client: PoolClient): Promise<void>;
  /** In the schema of this build. */
  finish(client: PoolClient): Promise<void>;
}

/** Names of the migrations this build knows. */
export const knownMigrations = (): string[] => MIGRATIONS.map(({ name }) => name);

/**
 * Makes the schema as some migrations left it, has it filled, and brings it up to this build: all in one transaction.
 * @param applied names of the migrations the rows belong to
 */
export async function rebuild(url: string, applied: readonly string[], work: Rebuilding): Promise<void> {
  // No pipelining, which COPY cannot stand, and no limits of time: rows may be many.
  const extra = { keepAlive: true, lock_timeout: 15_000 };
  const dataSource = await new DataSource({ ...dataSourceOptions({ url, poolSize: 2 }), extra }).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as PoolClient;
    await runner.startTransaction();
    await lockMigrations(runner);
    await migrateWithin(dataSource, runner, (name) => applied.includes(name));
    await work.fill(client);
    await migrateWithin(dataSource, runner, () => true);
    await work.finish(client);
    await runner.commitTransaction();
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

async function migrateWithin(
  dataSource: DataSource,
  runner: QueryRunner,
  isWanted: (name: string) => boolean,
): Promise<void> {
  const migrations = MIGRATIONS.filter(({ name }) => isWanted(name)).map((Migration) => new Migration());
  Object.assign(dataSource, { migrations });
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'none';
  await executor.executePendingMigrations();
}
