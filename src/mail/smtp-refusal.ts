import { messageOf } from '../common/errors.js';
import { redact } from '../common/secret.js';
import type { RecipientResult } from './mail.js';

/** No server takes our mail at the moment: that is about none of the mails, and uses up no try. */
export class MailServerUnavailable extends Error {}

/** What nodemailer tells about a failure. */
interface SmtpError extends Error {
  code?: string;
  /** Of the system, such as ECONNREFUSED. */
  originalCode?: string;
  command?: string;
  responseCode?: number;
  recipient?: string;
  rejectedErrors?: SmtpError[];
}

/** "Log in first", "wrong password", "STARTTLS first": they are about our account, wherever they are said. */
const ACCOUNT_CODES = new Set([530, 534, 535, 538]);
const TOO_LARGE = 552;
const BAD_SEQUENCE = 503;
const MAX_REASON = 500;

/**
 * What a failed transaction means for each recipient.
 *
 * Until the server has taken our sender it has heard nothing of the message: such refusals are about us. After that, 5xx is
 * final, and everything else (4xx, a broken connection, silence) is tried again — with the same Message-ID, because the
 * message may have arrived.
 * @throws MailServerUnavailable when it is about the server or our account
 */
export function readRefusal(error: unknown, recipients: readonly string[]): RecipientResult[] {
  const failure = error as SmtpError;
  const all = [failure, ...(failure.rejectedErrors ?? [])];
  const isAboutUs =
    (failure.command === 'MAIL FROM' && failure.responseCode !== TOO_LARGE) ||
    all.some(({ responseCode = 0 }) => ACCOUNT_CODES.has(responseCode));
  if (isAboutUs) throw unavailable(error);
  const refused = new Map((failure.rejectedErrors ?? []).map((one) => [one.recipient, one]));
  return recipients.map((address) => readOne(refused.get(address) ?? failure, address));
}

/** What the server said about each recipient of a message that it took. */
export function readAcceptance(rejectedErrors: readonly unknown[], recipients: readonly string[]): RecipientResult[] {
  const refused = new Map((rejectedErrors as SmtpError[]).map((one) => [one.recipient, one]));
  return recipients.map((address) => {
    const error = refused.get(address);
    return error === undefined ? { address, verdict: 'accepted', reason: null } : readOne(error, address);
  });
}

/** The connection ended without an answer; the server may have hung up on an idle client. */
export function isLostConnection(error: unknown): boolean {
  const { code, responseCode } = error as SmtpError;
  return responseCode === undefined && (code === 'ECONNECTION' || code === 'ESOCKET');
}

export const unavailable = (error: unknown): MailServerUnavailable => new MailServerUnavailable(reasonOf(error));

function readOne(error: SmtpError, address: string): RecipientResult {
  const { responseCode = 0 } = error;
  const isFinal = responseCode >= 500 && responseCode !== BAD_SEQUENCE && !ACCOUNT_CODES.has(responseCode);
  return { address, verdict: isFinal ? 'refused' : 'deferred', reason: reasonOf(error) };
}

/** What was refused, and the server's words if there are any, on one line. */
function reasonOf(error: unknown): string {
  const { originalCode, code } = error as SmtpError;
  // Node says nothing when several addresses of one host refuse; the code does.
  const text = messageOf(error) || originalCode || code || 'no reason was given';
  return redact(text.replaceAll(/[\s\0]+/g, ' ').replaceAll(/\p{Surrogate}/gu, '\uFFFD')).slice(0, MAX_REASON);
}
