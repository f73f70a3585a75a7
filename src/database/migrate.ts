import type { DataSource, QueryRunner } from 'typeorm';

/** Any number; the same in every replica. */
const MIGRATION_LOCK = 7_301_402_215;

/** Runs what is missing, one replica at a time; all of it or nothing. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const guard = dataSource.createQueryRunner();
  await guard.connect();
  try {
    // A lock of a transaction, not of a session: it also holds behind a transaction pooler.
    await guard.startTransaction();
    await lockMigrations(guard);
    await dataSource.runMigrations({ transaction: 'all' });
    await guard.commitTransaction();
  } finally {
    await guard.release();
  }
}

/** Whoever wants to migrate waits until this transaction has ended. */
export async function lockMigrations(runner: QueryRunner): Promise<void> {
  await runner.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
}
