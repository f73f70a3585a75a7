import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { StartError } from '../common/start-error.js';

export interface ScratchDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * A new, empty database on the same server.
 * @throws StartError when that is not allowed
 */
export async function makeScratchDatabase(url: string): Promise<ScratchDatabase> {
  const name = `timesheet_scratch_${randomBytes(6).toString('hex')}`;
  try {
    await run(url, `create database ${name}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new StartError('The user of the database may not create another one: name an empty one with --scratch.');
  }
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  return { url: scratch.href, drop: () => run(url, `drop database ${name} with (force)`) };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  // A connection that breaks would otherwise be an uncaught exception.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
