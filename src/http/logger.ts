import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { redact, type Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { knownSecrets } from '../config/known-secrets.js';
import type { Secrets } from '../config/secrets.js';

const CREDENTIAL_FIELDS = ['password', 'token', 'secret', 'authorization', 'cookie', 'auth_token', 'credentials'];

/** JSON lines on stdout. Credentials are cut out by type (`Secret`), by field name and by value. */
export function createLogger(config: Config, secrets: Secrets, destination?: DestinationStream): Logger {
  const known = knownSecrets(config, secrets);
  const options = {
    level: config.logLevel,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: CREDENTIAL_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
    serializers: { err: (error: unknown) => describeError(error, known) },
    hooks: { streamWrite: (line: string) => withoutKnown(line, known) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A message may repeat what somebody sent, and its stack begins with the message. */
const MESSAGE_LENGTH = 2000;
const STACK_LENGTH = 6000;
const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** Names, text and stack only: an error's other fields carry request bodies and the parameters of SQL statements. */
function describeError(error: unknown, known: readonly Secret[]): unknown {
  if (!(error instanceof Error)) return { message: cut(redact(String(error), known), MESSAGE_LENGTH) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    code: typeof code === 'string' ? code : undefined,
    message: cut(redact(error.message, known), MESSAGE_LENGTH),
    stack: cut(redact(error.stack ?? '', known), STACK_LENGTH),
    cause: error.cause === undefined ? undefined : describeError(error.cause, known),
  };
}

function withoutKnown(line: string, known: readonly Secret[]): string {
  let clean = line;
  for (const secret of known) {
    const value = secret.reveal();
    if (value.length >= 6 && clean.includes(value)) clean = clean.replaceAll(value, '[redacted]');
  }
  return clean;
}
