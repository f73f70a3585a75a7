import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';

/** URL of the run's embedded server, set by the global set-up. */
export function serverUrl(): string {
  const url = process.env.TEST_POSTGRES_URL;
  if (url === undefined) throw new Error('TEST_POSTGRES_URL is missing: run the tests through vitest.config.ts');
  return url;
}

export const databaseUrl = (name: string): string => {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
};

export async function runAsSuperuser(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of its own for a test file, cloned from the migrated template. */
export const cloneDatabase = (): Promise<TestDatabase> => createDatabase('template_migrated');

/** One that nobody has migrated. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase('template0');

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await runAsSuperuser(serverUrl(), `create database ${name} template ${template} strategy file_copy`);
  return {
    url: databaseUrl(name),
    drop: async () => {
      await runAsSuperuser(serverUrl(), `drop database if exists ${name} with (force)`);
    },
  };
}

export async function connectTo(database: TestDatabase): Promise<DataSource> {
  return createDataSource({ url: database.url }).initialize();
}
