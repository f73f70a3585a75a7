import { isEmailAddress } from '../common/email-address.js';
import type { Secret } from '../common/secret.js';
import type { EnvReader } from './env-reader.js';

export const MAIL_LOCALES = ['es', 'en', 'nl'] as const;
export type MailLocale = (typeof MAIL_LOCALES)[number];

/** `conflict`: only those whose content differs from what came first. */
const DUPLICATE_NOTIFY = ['all', 'conflict', 'none'] as const;

/** The server that takes our mail. */
export interface SmtpSettings {
  host: string;
  port: number;
  /** STARTTLS is demanded, or TLS from the first byte on port 465; without it everything goes in clear. */
  useTls: boolean;
  login?: { username: string; password: Secret };
  sender: { name: string; address: string };
}

export interface MailSettings {
  /** Without a server no mail is written. */
  smtp?: SmtpSettings;
  /** Who gets every mail besides the person it is about. */
  recipients: string[];
  locale: MailLocale;
  /** Tries per message; what the server never heard of uses up none. */
  maxTries: number;
  /** Before the second try; doubled for each one after. */
  retryDelaySeconds: number;
  /** Which repeated deliveries of a session are told by mail. */
  duplicateNotify: (typeof DUPLICATE_NOTIFY)[number];
  /** How often an idle worker looks for mail, and a server that is away is tried. */
  processIntervalSeconds: number;
}

const SUBMISSION_PORT = 587;
const DAY_SECONDS = 86_400;

export function readMailSettings(reader: EnvReader): MailSettings {
  return {
    smtp: readSmtp(reader),
    recipients: readRecipients(reader),
    locale: reader.oneOf('MAIL_LOCALE', MAIL_LOCALES, 'es'),
    duplicateNotify: reader.oneOf('DUPLICATE_NOTIFY', DUPLICATE_NOTIFY, 'all'),
    maxTries: reader.integer('EMAIL_MAX_RETRIES', 3, { min: 1, max: 100 }),
    retryDelaySeconds: reader.integer('EMAIL_RETRY_DELAY', 5, { min: 0, max: DAY_SECONDS }),
    processIntervalSeconds: reader.integer('EMAIL_PROCESS_INTERVAL', 5, { min: 1, max: DAY_SECONDS }),
  };
}

/** Everything is read and checked even without a server, so that a mistake does not wait for the day it is set. */
function readSmtp(reader: EnvReader): SmtpSettings | undefined {
  const host = reader.text('MAIL_SERVER');
  const port = reader.integer('MAIL_PORT', SUBMISSION_PORT, { min: 1, max: 65_535 });
  const useTls = reader.boolean('MAIL_USE_TLS', true);
  const login = readLogin(reader);
  const sender = readSender(reader, login?.username);
  if (host === undefined) return undefined;
  if (!/^[\w.:-]{1,253}$/.test(host)) reader.fail('MAIL_SERVER', 'must be a host name or address, without a port');
  if (sender === undefined) reader.fail('MAIL_DEFAULT_SENDER', 'must be set with MAIL_SERVER');
  return { host, port, useTls, login, sender: sender ?? { name: '', address: '' } };
}

function readLogin(reader: EnvReader): SmtpSettings['login'] {
  const username = reader.text('MAIL_USERNAME');
  const password = reader.secret('MAIL_PASSWORD');
  if (username !== undefined && password !== undefined) return { username, password };
  if (username !== undefined) reader.fail('MAIL_PASSWORD', 'must be set with MAIL_USERNAME');
  if (password !== undefined) reader.fail('MAIL_USERNAME', 'must be set with MAIL_PASSWORD');
  return undefined;
}

/** `address` or `Name <address>`; a login that is an address is one too. */
function readSender(reader: EnvReader, username: string | undefined): SmtpSettings['sender'] | undefined {
  const given = reader.text('MAIL_DEFAULT_SENDER');
  if (given === undefined) {
    return username !== undefined && isEmailAddress(username) ? { name: '', address: username } : undefined;
  }
  const named = /^"?([^"<>\r\n]{0,100}?)"?\s*<([^<>]*)>$/.exec(given);
  const sender = named === null ? { name: '', address: given } : { name: named[1]!.trim(), address: named[2]! };
  if (isEmailAddress(sender.address)) return sender;
  reader.fail('MAIL_DEFAULT_SENDER', 'must be an address, or Name <address>');
  return { name: '', address: '' };
}

function readRecipients(reader: EnvReader): string[] {
  const recipient = reader.text('MAIL_RECIPIENT');
  const recipients = reader.list('MAIL_RECIPIENTS');
  if (recipient !== undefined && !isEmailAddress(recipient)) reader.fail('MAIL_RECIPIENT', 'must be one address');
  if (!recipients.every(isEmailAddress)) reader.fail('MAIL_RECIPIENTS', 'must be a comma list of addresses');
  return [...(recipient === undefined ? [] : [recipient]), ...recipients];
}
