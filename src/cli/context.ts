import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { RuntimeValues } from '../app.module.js';
import { ConfigModule } from '../config/config.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { ErrorsModule } from '../errors/errors.module.js';
import { KeyRing } from '../config/key-ring.js';
import { openRuntime, openWithoutMigrating, type Runtime } from '../runtime.js';

/** Opens the runtime (configuration, secrets, migrated database) for `work` and closes it whatever happens. */
export async function withRuntime<T>(env: NodeJS.ProcessEnv, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const runtime = await openRuntime(env);
  try {
    return await work(runtime);
  } finally {
    await runtime.close();
  }
}

/** Opens the database for `work` without bringing it up to date, and the keys. */
export async function withDatabaseAsItIs<T>(
  env: NodeJS.ProcessEnv,
  work: (opened: { url: string; ring: KeyRing }) => Promise<T>,
): Promise<T> {
  const runtime = await openWithoutMigrating(env);
  try {
    return await work({ url: runtime.databaseUrl, ring: new KeyRing(runtime.secrets.encryptionKeys) });
  } finally {
    await runtime.close();
  }
}

/** Runs `work` with the services of the given modules: no server, and nothing that works by itself. */
export function withServices<T>(
  env: NodeJS.ProcessEnv,
  modules: Type[],
  work: (services: INestApplicationContext) => Promise<T>,
): Promise<T> {
  return withRuntime(env, (runtime) => withServicesOf(runtime, modules, work));
}

/** The same over a runtime that is open already. */
export async function withServicesOf<T>(
  runtime: RuntimeValues,
  modules: Type[],
  work: (services: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const services = await NestFactory.createApplicationContext(
    {
      module: class CommandLine {},
      imports: [
        ConfigModule.forValues(runtime.config, runtime.secrets, runtime.clock),
        DatabaseModule.forUrl(runtime.databaseUrl),
        ErrorsModule,
        ...modules,
      ],
    },
    { logger: ['error', 'warn'], abortOnError: false },
  );
  try {
    return await work(services);
  } finally {
    await services.close();
  }
}
