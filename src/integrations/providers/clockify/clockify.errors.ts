import type { HttpFailure } from '../../../common/http-failure.js';
import { retryAfter, type HttpResponse } from '../../../common/http-client.js';
import { redact, type Secret } from '../../../common/secret.js';
import { ProviderError, type ProviderErrorKind } from '../../contract/provider-error.js';
import { resetTime } from './clockify.quota.js';

/** What has to be known about a call to say what its failure means. */
export interface CallContext {
  isWrite: boolean;
  now: Date;
  /** How long to wait after a 429 that does not say it. */
  backOffSeconds: number;
  secrets: readonly Secret[];
}

/** An answer larger than we take: fewer rows at a time may fit. */
export class OversizedAnswer extends ProviderError {}

/** What Clockify says in the body of a refusal. */
interface Refusal {
  code: number | null;
  message: string | null;
}

const LONGEST_REASON = 200;
const NO_ANSWER = new Set([408, 425]);
/** Clockify's code for whatever it does not find, or does not accept, in the workspace; with status 400. */
const NOT_IN_WORKSPACE = 501;
/** Body code (and status) of a stop while nothing runs. An unknown address is 404 as well, with code 3000. */
const NOTHING_RUNS = 404;

/** What an answer outside 2xx means: the only place that reads Clockify's statuses, codes and error texts. */
export function meaningOf(response: HttpResponse, context: CallContext): ProviderError {
  const { status } = response;
  const refusal = refusalOf(response, context.secrets);
  if (status === 429) return limitReached(response, refusal, context);
  if (status === 401) {
    return new ProviderError('invalid_credentials', refusal.message ?? 'Clockify refused the API key.', { status });
  }
  if (status >= 500 || NO_ANSWER.has(status) || isWebPage(response)) return noAnswer(response, refusal, context);
  const reason = refusal.message ?? `Clockify refused the call with status ${status}.`;
  return new ProviderError(kindOf(status, refusal), reason, { status });
}

/**
 * Clockify has no 404 for rows: an unknown, deleted or foreign one is a 400. Only a missing time entry is "not found" here:
 * a missing project or tag is a mistake in what was sent, a missing workspace says nothing about the entry.
 */
function kindOf(status: number, { code, message }: Refusal): ProviderErrorKind {
  if (status === 404 && code === NOTHING_RUNS) return 'conflict';
  const text = message ?? '';
  if (code === NOT_IN_WORKSPACE && /^time ?entry doesn.t belong to/i.test(text)) return 'not_found';
  return /\b(?:locked|approved)\b/i.test(text) ? 'conflict' : 'rejected';
}

/** A tag we remembered is gone: nothing was written, and the write can be repeated with the tags of now. */
export const isUnknownTag = (error: unknown): boolean =>
  error instanceof ProviderError && error.kind === 'rejected' && /^tags? doesn.t belong to/i.test(error.message);

/** A 2xx whose body is not what the call is specified to answer: nothing is known, not even whether a write happened. */
export function unreadable(what: string, isWrite: boolean): ProviderError {
  return new ProviderError('unavailable', `Clockify's answer could not be understood: ${what}.`, {
    isAmbiguous: isWrite,
  });
}

export function unanswered(failure: HttpFailure, context: CallContext): ProviderError {
  const message = redact(`Clockify: ${failure.message}`, context.secrets);
  if (failure.kind === 'too_large' && !context.isWrite) return new OversizedAnswer('unavailable', message);
  return new ProviderError('unavailable', message, { isAmbiguous: context.isWrite && failure.isAmbiguous });
}

/** `{"message", "code"}` as Clockify itself writes it; text and JSON strings come from what stands in front of it. */
function refusalOf(response: HttpResponse, secrets: readonly Secret[]): Refusal {
  if (isWebPage(response)) return { code: null, message: null };
  const value = parsed(response.text);
  const { message, code } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const text = typeof value === 'string' ? value : message;
  return {
    code: typeof code === 'number' ? code : null,
    message: typeof text === 'string' ? shown(text, secrets) : null,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Clockify repeats what was sent to it, so what is shown is short, in one line and without our secrets. */
function shown(text: string, secrets: readonly Secret[]): string | null {
  const line = redact(text, secrets).replaceAll(/\s+/g, ' ').trim();
  if (line === '') return null;
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON - 1)}…` : line;
}

function isWebPage({ headers, text }: HttpResponse): boolean {
  return (headers.get('content-type') ?? '').includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
}

function limitReached({ headers, status }: HttpResponse, { message }: Refusal, context: CallContext): ProviderError {
  const backOff = new Date(context.now.getTime() + context.backOffSeconds * 1000);
  const retryAt = retryAfter(headers, context.now) ?? resetTime(headers, context.now) ?? backOff;
  return new ProviderError('quota', message ?? `Clockify asks to wait until ${retryAt.toISOString()}.`, {
    status,
    retryAt,
  });
}

/** A gateway's page or a server's failure says nothing about the entry, whatever its status. */
function noAnswer({ status, headers }: HttpResponse, { message }: Refusal, context: CallContext): ProviderError {
  return new ProviderError('unavailable', `Clockify answered ${status}${message === null ? '.' : `: ${message}`}`, {
    status,
    retryAt: retryAfter(headers, context.now) ?? undefined,
    isAmbiguous: context.isWrite && status >= 500,
  });
}
