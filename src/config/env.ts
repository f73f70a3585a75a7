import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { Secret } from '../common/secret.js';
import { isTimeZone } from '../common/time-zone.js';
import { readClockifyWebhookTokens, type ClockifyWebhookTokens } from './clockify-webhook-settings.js';
import { WEEKDAYS, type Weekday } from '../common/weekday.js';
import { EnvReader } from './env-reader.js';
import { readMailSettings, type MailSettings } from './mail-settings.js';
import { readTestControl, type TestControl } from './test-control.js';
import { readZohoSettings, type ZohoSettings } from './zoho-settings.js';

/** Everything the environment can say. Built once at start; nothing else reads `process.env`. */
export interface Config {
  nodeEnv: 'development' | 'production' | 'test';
  port: number;
  host: string;
  role: 'api' | 'worker' | 'all';
  dataDir: string;
  logLevel: string;
  trustProxy: boolean | string;
  publicUrl?: string;
  /** Between being told to stop and taking no new requests. */
  shutdownDelaySeconds: number;
  corsOrigins: string[];
  database: { url?: string; readUrl?: string };
  adminUsername: string;
  adminPassword?: Secret;
  secretToken?: Secret;
  encryptionKeys?: Secret;
  togglApiToken?: Secret;
  togglBaseUrl?: string;
  togglWebhooksUrl?: string;
  /** Of subscriptions at Toggl that were not made from here. */
  togglWebhookSecret?: Secret;
  /** Of phones that send workouts without a token of their owner. */
  healthWebhookSecret?: Secret;
  clockifyApiKey?: Secret;
  clockifyBaseUrl?: string;
  /** The first of them is the default; deliveries from others are refused when there are any. */
  clockifyWorkspaceIds: string[];
  clockifyWebhookTokens: ClockifyWebhookTokens;
  zoho: ZohoSettings;
  syncIntervalSeconds: number;
  mail: MailSettings;
  rateLimitPerSecond: number;
  overtimeHours: number;
  reportTimeZone: string;
  reportWeekStart: Weekday;
  /** Addresses of reports must lie in one of them when there are any. */
  reportDomains: string[];
  /** Of one uploaded file. */
  importMaxBytes: number;
  /** For how long deliveries are kept that nothing is done with; 0 for ever. */
  inboxRetentionDays: number;
  /** Shown where a service names no workspace. */
  defaultWorkspaceName: string;
  testControl: TestControl;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** All mistakes in the environment at once, each named by its variable. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** `.env` of the working directory under the real environment, which wins. */
export function loadEnvironment(directory = process.cwd()): NodeJS.ProcessEnv {
  const file = path.join(directory, '.env');
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...process.env } : process.env;
}

/** @throws ConfigError listing every problem by name, never by value */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = new EnvReader(env);
  const config: Config = {
    nodeEnv: reader.oneOf('NODE_ENV', ['development', 'production', 'test'] as const, 'development'),
    port: reader.integer('PORT', 3000, { min: 0, max: 65_535 }),
    host: reader.textOr('HOST', '0.0.0.0'),
    role: reader.oneOf('ROLE', ['api', 'worker', 'all'] as const, 'all'),
    dataDir: path.resolve(reader.textOr('DATA_DIR', './.data')),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    trustProxy: readTrustProxy(reader),
    publicUrl: reader.url('PUBLIC_URL', ['http:', 'https:']),
    corsOrigins: readOrigins(reader),
    shutdownDelaySeconds: reader.integer('SHUTDOWN_DELAY_SECONDS', 0, { min: 0, max: 5 }),
    database: readDatabase(reader),
    adminUsername: reader.textOr('ADMIN_USERNAME', 'admin'),
    adminPassword: reader.secret('ADMIN_PASSWORD'),
    secretToken: reader.secret('SECRET_TOKEN'),
    encryptionKeys: reader.secret('ENCRYPTION_KEYS'),
    healthWebhookSecret: reader.secret('HEALTH_WEBHOOK_SECRET'),
    ...readTogglSettings(reader),
    clockifyApiKey: reader.secret('CLOCKIFY_API_KEY'),
    clockifyBaseUrl: reader.url('CLOCKIFY_BASE_URL', ['http:', 'https:']),
    clockifyWorkspaceIds: readWorkspaceIds(reader),
    clockifyWebhookTokens: readClockifyWebhookTokens(reader),
    zoho: readZohoSettings(reader),
    syncIntervalSeconds: reader.integer('SYNC_INTERVAL_SECONDS', 300, { min: 60, max: 86_400 }),
    mail: readMailSettings(reader),
    rateLimitPerSecond: reader.integer('RATE_LIMIT_PER_SECOND', 100, { min: 0, max: 1_000_000 }),
    importMaxBytes: reader.integer('IMPORT_MAX_BYTES', 1024 ** 3, { min: 1024, max: 16 * 1024 ** 3 }),
    inboxRetentionDays: reader.integer('INBOX_RETENTION_DAYS', 90, { min: 0, max: 3650 }),
    ...readSessionSettings(reader),
    testControl: {},
  };
  if (!/^[\w.@+-]{1,64}$/.test(config.adminUsername)) {
    reader.fail('ADMIN_USERNAME', 'must be 1 to 64 letters, digits or . _ - @ +');
  }
  config.testControl = readTestControl(reader, config.nodeEnv);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}

const readTogglSettings = (reader: EnvReader) => ({
  togglApiToken: reader.secret('TOGGL_API_TOKEN'),
  togglWebhookSecret: reader.secret('TOGGL_WEBHOOK_SECRET'),
  togglBaseUrl: reader.url('TOGGL_BASE_URL', ['http:', 'https:']),
  togglWebhooksUrl: reader.url('TOGGL_WEBHOOKS_URL', ['http:', 'https:']),
});

/** How worked time is judged, searched and reported. */
const readSessionSettings = (reader: EnvReader) => ({
  overtimeHours: reader.decimal('OVERTIME_HOURS', 5, { min: 0, max: 744 }),
  reportTimeZone: readTimeZone(reader, 'REPORT_TIME_ZONE', 'UTC'),
  reportWeekStart: reader.oneOf('REPORT_WEEK_START', WEEKDAYS, 'monday'),
  reportDomains: readDomains(reader),
  defaultWorkspaceName: reader.textOr('DEFAULT_WORKSPACE_NAME', 'ActionTracker'),
});

function readTrustProxy(reader: EnvReader): boolean | string {
  const value = reader.text('TRUST_PROXY');
  if (value === undefined || value === 'false') return false;
  // `true` would believe the left-most, client-written address of X-Forwarded-For.
  if (value === 'true' || !/^[\w.:/, ]{1,500}$/.test(value)) {
    reader.fail('TRUST_PROXY', 'must be a list of proxy addresses or subnets, e.g. 127.0.0.1,10.0.0.0/8');
    return false;
  }
  return value;
}

function readOrigins(reader: EnvReader): string[] {
  const origins = reader.list('CORS_ORIGINS');
  const usable = origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin);
  if (!usable) reader.fail('CORS_ORIGINS', 'must be a comma list of origins like https://app.example.com');
  return origins;
}

function readWorkspaceIds(reader: EnvReader): string[] {
  const ids = reader.list('CLOCKIFY_WORKSPACE_ID');
  if (!ids.every((id) => /^[0-9a-z]{24}$/i.test(id))) {
    reader.fail('CLOCKIFY_WORKSPACE_ID', 'must be a comma list of ids of 24 letters and digits');
  }
  return ids;
}

function readDatabase(reader: EnvReader): Config['database'] {
  const protocols = ['postgres:', 'postgresql:'];
  const readUrl = reader.url('DATABASE_READ_URL', protocols);
  const url = reader.url('DATABASE_URL', protocols);
  if (reader.text('DATABASE_URL') !== undefined) return { url, readUrl };
  const host = reader.text('DB_HOST');
  if (host === undefined) return { readUrl };
  const assembled = new URL('postgres://localhost');
  assembled.hostname = host;
  assembled.port = String(reader.integer('DB_PORT', 5432, { min: 1, max: 65_535 }));
  assembled.username = encodeURIComponent(reader.textOr('DB_USER', 'postgres'));
  assembled.password = encodeURIComponent(reader.textOr('DB_PASSWORD', ''));
  assembled.pathname = `/${encodeURIComponent(reader.textOr('DB_NAME', 'timesheet'))}`;
  return { url: assembled.href, readUrl };
}

function readDomains(reader: EnvReader): string[] {
  const domains = reader.list('REPORT_DOMAINS').map((domain) => domain.toLowerCase());
  if (!domains.every((domain) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))) {
    reader.fail('REPORT_DOMAINS', 'must be a comma list of domains such as example.com');
  }
  return domains;
}

function readTimeZone(reader: EnvReader, name: string, fallback: string): string {
  const zone = reader.textOr(name, fallback);
  if (isTimeZone(zone)) return zone;
  reader.fail(name, 'must be an IANA time zone such as Europe/Madrid');
  return fallback;
}
