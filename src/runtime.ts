import path from 'node:path';
import type { RuntimeValues } from './app.module.js';
import { loadEnvironment, readConfig } from './config/env.js';
import { KeyRing } from './config/key-ring.js';
import { resolveSecrets } from './config/secrets.js';
import { migrateDatabase, openDatabase } from './database/open-database.js';

export interface Runtime extends RuntimeValues {
  /** Stops what was started here. Call it last. */
  close(): Promise<void>;
}

/**
 * Configuration, secrets and a migrated database: what the server and the command line both begin with.
 * @throws ConfigError or StartError, whose messages are for the operator
 */
export async function openRuntime(env = loadEnvironment()): Promise<Runtime> {
  const runtime = await openWithoutMigrating(env);
  try {
    await migrateDatabase(runtime.databaseUrl);
  } catch (error) {
    await runtime.close();
    throw error;
  }
  return runtime;
}

/** The same with the database as it is found: empty, or of another build. */
export async function openWithoutMigrating(env: NodeJS.ProcessEnv): Promise<Runtime> {
  const config = readConfig(env);
  const secrets = resolveSecrets(config);
  // Refuses unusable keys before anything is started.
  new KeyRing(secrets.encryptionKeys).ids();
  const database = await openDatabase(config.database.url, path.join(config.dataDir, 'postgres'));
  return { config, secrets, databaseUrl: database.url, close: () => database.close() };
}
