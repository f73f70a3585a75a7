import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
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
    throw new StartError(
      'The user of the database may not create another one: give it an empty one (replay --scratch, or DATABASE_URL for a restore).',
    );
  }
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  return { url: scratch.href, drop: () => run(url, `drop database ${name} with (force)`) };
}

/**
 * Gives a database the name, and so the address, of another, which keeps its rows under a new name.
 * @returns that name
 * @throws StartError when somebody is connected to either; both are then as they were
 */
export async function takePlaceOf(url: string, scratchUrl: string): Promise<string> {
  const name = nameOf(url);
  const former = `${name.slice(0, 30)}_before_${randomBytes(6).toString('hex')}`;
  const formerUrl = new URL(url);
  formerUrl.pathname = `/${former}`;
  // A database cannot be renamed by whom it serves: each is by the other.
  await rename(scratchUrl, name, former);
  try {
    await rename(formerUrl.href, nameOf(scratchUrl), name);
  } catch (error) {
    await rename(scratchUrl, former, name);
    throw error;
  }
  return former;
}

const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

async function rename(url: string, from: string, to: string): Promise<void> {
  try {
    await run(url, `alter database ${escapeIdentifier(from)} rename to ${escapeIdentifier(to)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '55006') throw error;
    throw new StartError('The database is in use: stop every Timesheet (and whatever else is connected) first.');
  }
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
