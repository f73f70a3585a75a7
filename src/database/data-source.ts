import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Pool } from 'pg';
import { MIGRATIONS } from '../../migrations/index.js';
import { ENTITIES } from './entities.js';

export interface PoolOptions {
  url: string;
  poolSize?: number;
}

/**
 * What is answered for is on disk, also in a database whose owner is content with less: a server that dies loses the last
 * commits otherwise (https://www.postgresql.org/docs/current/wal-async-commit.html).
 */
export const DURABLE = '-c synchronous_commit=on';

/** For a connection, a new one or one that others have: somebody waits, and had better come again. */
const CONNECT_MILLISECONDS = 2500;
const STATEMENT_MILLISECONDS = 30_000;

/** The one description of our connection: the app, the CLI, the tests and the drift check all start from it. */
export function dataSourceOptions({ url, poolSize = 10 }: PoolOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    synchronize: false,
    parseInt8: true,
    poolSize,
    applicationName: 'timesheet',
    connectTimeoutMS: CONNECT_MILLISECONDS,
    logging: false,
    extra: {
      options: DURABLE,
      statement_timeout: STATEMENT_MILLISECONDS,
      // For a connection that has died alone: the server keeps the limit above. See also `SilenceWatch`.
      query_timeout: STATEMENT_MILLISECONDS + 2000,
      lock_timeout: 15_000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      // Statements go out without waiting for the answers to those before; see `Tx.later`. Cursors and COPY need a client of their own.
      pipeline: true,
    },
  };
}

export const createDataSource = (options: PoolOptions): DataSource => new DataSource(dataSourceOptions(options));

/** The `pg` pool below TypeORM, for named prepared statements. */
export const poolOf = (dataSource: DataSource): Pool => (dataSource.driver as unknown as { master: Pool }).master;
