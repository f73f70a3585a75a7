import { Client } from 'pg';
import { StartError } from '../common/start-error.js';
import { createDataSource } from './data-source.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { migrate } from './migrate.js';

const EMBEDDED_DATABASE = 'timesheet';
const OLDEST_VERSION = 15;

export interface OpenDatabase {
  url: string;
  /** Stops the embedded server; a server of the operator's own is left alone. */
  close(): Promise<void>;
}

/**
 * The operator's database, or the embedded server's in `embeddedFolder` when no URL was given.
 * @throws StartError when it cannot be reached or is too old
 */
export async function openDatabase(url: string | undefined, embeddedFolder: string): Promise<OpenDatabase> {
  if (url !== undefined) {
    await inspectServer(url);
    return { url, close: async () => {} };
  }
  const server = await startEmbeddedPostgres({ dir: embeddedFolder });
  try {
    return { url: await ensureDatabase(server.url, EMBEDDED_DATABASE), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Brings the schema up to this build. */
export async function migrateDatabase(url: string): Promise<void> {
  const dataSource = await createDataSource({ url, poolSize: 2 }).initialize();
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const inspectServer = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int / 10000 as version`,
    );
    const version = rows[0]?.version ?? 0;
    if (version < OLDEST_VERSION) {
      throw new StartError(`The database server is PostgreSQL ${version}; ${OLDEST_VERSION} or newer is needed.`);
    }
  });

const ensureDatabase = (serverUrl: string, name: string): Promise<string> =>
  withClient(serverUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  });

/** @throws StartError when the server cannot be reached */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks between two statements would otherwise be an uncaught exception.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    // The driver's own text may repeat the address; its code does not.
    const { code } = error as { code?: string };
    throw new StartError(
      `The database cannot be reached${code === undefined ? '' : ` (${code})`}: see DATABASE_URL or DB_*.`,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
