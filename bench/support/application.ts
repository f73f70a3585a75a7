import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { scriptBeside, type Children, type Served } from './children.js';

/** Of the whole run: its applications share a database, and so what is sealed there. */
const ENCRYPTION_KEYS = `k1:${randomBytes(32).toString('base64')}`;

export interface ApplicationOptions {
  databaseUrl: string;
  folder: string;
  /** Tells the log files and data folders of several apart. */
  name: string;
  env?: Record<string, string>;
  flags?: readonly string[];
}

/** The built application as in production, its log lines going to a file; only the rate limit is off. */
export function startApplication(children: Children, options: ApplicationOptions): Promise<Served> {
  const secret = () => randomBytes(24).toString('hex');
  return children.serve({
    script: scriptBeside(import.meta.url, '../../src/main.js'),
    flags: options.flags,
    logFile: path.join(options.folder, `${options.name}.log`),
    env: {
      NODE_ENV: 'production',
      DATABASE_URL: options.databaseUrl,
      DATA_DIR: path.join(options.folder, `${options.name}-data`),
      ADMIN_PASSWORD: secret(),
      SECRET_TOKEN: secret(),
      ENCRYPTION_KEYS,
      LOG_LEVEL: 'info',
      RATE_LIMIT_PER_SECOND: '0',
      ...options.env,
    },
  });
}
