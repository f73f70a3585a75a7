import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../common/secret.js';
import { CLOCKIFY_TOKEN_VARIABLES, type ClockifyWebhookTokens } from './clockify-webhook-settings.js';
import { ConfigError, type Config } from './env.js';

/** The secrets the product cannot run without, whether given or made here. */
export interface Secrets {
  adminPassword: Secret;
  secretToken: Secret;
  encryptionKeys: Secret;
  /** Names of those made here that nobody has been told yet: the only ones that may be printed. */
  generated: string[];
}

const NAMES = {
  adminPassword: 'ADMIN_PASSWORD',
  secretToken: 'SECRET_TOKEN',
  encryptionKeys: 'ENCRYPTION_KEYS',
} as const;
type SecretKey = keyof typeof NAMES;

const MINIMUM_LENGTH: Record<SecretKey, number> = { adminPassword: 12, secretToken: 16, encryptionKeys: 44 };

/** Clockify's own have 32. Without any a webhook is closed, so none is demanded. */
const SHORTEST_WEBHOOK_TOKEN = 16;

/** Placeholders of `.env.example` and of well-known manuals: never a secret. */
const WELL_KNOWN = /change.?me|example|placeholder|secret.?token|password|your[-_ ]|^\.+$|^\*+$|^(.)\1+$/i;

/**
 * The secrets in force: from the environment, else (outside production) from `secrets.json` in the data directory,
 * made there at the first start.
 * @throws ConfigError naming every secret that is missing, short, equal to another or an example
 */
export function resolveSecrets(config: Config): Secrets {
  const given: Partial<Record<SecretKey, Secret>> = {
    adminPassword: config.adminPassword,
    secretToken: config.secretToken,
    encryptionKeys: config.encryptionKeys,
  };
  const problems = config.nodeEnv === 'production' ? productionProblems(given, config.clockifyWebhookTokens) : [];
  if (config.nodeEnv !== 'production' && config.database.url !== undefined && given.encryptionKeys === undefined) {
    problems.push('ENCRYPTION_KEYS must be given with DATABASE_URL or DB_HOST: replicas share one key ring');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return completeFromDataDirectory(config.dataDir, given);
}

function productionProblems(given: Partial<Record<SecretKey, Secret>>, webhookTokens: ClockifyWebhookTokens): string[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const demandUnique = (name: string, parts: readonly string[]) => {
    const twin = parts.map((part) => seen.get(part)).find((other) => other !== undefined);
    if (twin !== undefined) problems.push(`${name} must differ from ${twin}`);
    for (const part of parts) seen.set(part, name);
  };
  for (const key of Object.keys(NAMES) as SecretKey[]) {
    const value = given[key]?.reveal();
    if (value === undefined) {
      problems.push(`${NAMES[key]} must be set when NODE_ENV is production`);
      continue;
    }
    const isKeyRing = key === 'encryptionKeys';
    problems.push(...weaknesses(NAMES[key], value, { minimum: MINIMUM_LENGTH[key], mayLookKnown: isKeyRing }));
    demandUnique(NAMES[key], isKeyRing ? value.split(',').map((part) => part.replace(/^[^:]*:/, '').trim()) : [value]);
  }
  for (const [event, tokens] of Object.entries(webhookTokens) as [keyof ClockifyWebhookTokens, Secret[]][]) {
    const name = CLOCKIFY_TOKEN_VARIABLES[event];
    const values = tokens.map((token) => token.reveal());
    const rules = { minimum: SHORTEST_WEBHOOK_TOKEN, mayLookKnown: false };
    problems.push(...new Set(values.flatMap((value) => weaknesses(name, value, rules))));
    for (const value of values) demandUnique(name, [value]);
  }
  return problems;
}

function weaknesses(name: string, value: string, rules: { minimum: number; mayLookKnown: boolean }): string[] {
  const problems: string[] = [];
  if (value.length < rules.minimum) problems.push(`${name} must have at least ${rules.minimum} characters`);
  if (!rules.mayLookKnown && WELL_KNOWN.test(value)) {
    problems.push(`${name} must not be an example or a well-known value`);
  }
  return problems;
}

/** What `secrets.json` holds: the values, and which of them were never shown. */
type StoredSecrets = Partial<Record<SecretKey, string>> & { untold?: string[] };

const fileOf = (dataDir: string): string => path.join(dataDir, 'secrets.json');

const readStored = (file: string): StoredSecrets =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StoredSecrets) : {};

function completeFromDataDirectory(dataDir: string, given: Partial<Record<SecretKey, Secret>>): Secrets {
  const stored = readStored(fileOf(dataDir));
  const untold = new Set(stored.untold);
  const made: string[] = [];
  const resolve = (key: SecretKey): Secret => {
    if (given[key] !== undefined) {
      untold.delete(NAMES[key]);
      return given[key];
    }
    if (stored[key] === undefined) {
      stored[key] = generate(key);
      made.push(NAMES[key]);
    }
    return new Secret(stored[key]);
  };
  const secrets = {
    adminPassword: resolve('adminPassword'),
    secretToken: resolve('secretToken'),
    encryptionKeys: resolve('encryptionKeys'),
  };
  // A start that fails later on has told nobody: the next one does.
  const generated = [...untold, ...made];
  if (made.length > 0) writePrivately(fileOf(dataDir), JSON.stringify({ ...stored, untold: generated }, null, 2));
  return { ...secrets, generated };
}

/** Remembers that the secrets made here have been shown. */
export function markTold(dataDir: string): void {
  const { untold, ...stored } = readStored(fileOf(dataDir));
  if (untold !== undefined) writePrivately(fileOf(dataDir), JSON.stringify(stored, null, 2));
}

function generate(key: SecretKey): string {
  if (key === 'encryptionKeys') return `k1:${randomBytes(32).toString('base64')}`;
  return randomBytes(key === 'adminPassword' ? 15 : 32).toString('base64url');
}

/** Writes a file only its owner can read, whole or not at all. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const half = `${file}.${process.pid}.new`;
  writeFileSync(half, `${text}\n`, { mode: 0o600 });
  chmodSync(half, 0o600);
  renameSync(half, file);
}
