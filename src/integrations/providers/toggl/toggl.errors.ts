import type { HttpFailure } from '../../../common/http-failure.js';
import { retryAfter, type HttpResponse } from '../../../common/http-client.js';
import { redact, type Secret } from '../../../common/secret.js';
import { ProviderError, type ProviderErrorKind } from '../../contract/provider-error.js';

/** What has to be known about a call to say what its failure means. */
export interface CallContext {
  /** Path below the base URL, without query. */
  path: string;
  isWrite: boolean;
  now: Date;
  secrets: readonly Secret[];
}

const HOUR_SECONDS = 3600;
/** Toggl asks to "back off for a few minutes" after a 429 and gives no figure. */
const BACK_OFF_SECONDS = 120;
const LONGEST_REASON = 200;
const NO_ANSWER = new Set([408, 425]);
const REFUSALS: Readonly<Record<number, ProviderErrorKind>> = { 404: 'not_found', 409: 'conflict' };

/** What an answer outside 2xx means: the only place that reads Toggl's statuses and error texts. */
export function meaningOf(response: HttpResponse, context: CallContext): ProviderError {
  const { status } = response;
  if (status === 402 || status === 429) return limitReached(response, context);
  if (status === 401) return refusedCredentials(response, context);
  if (status >= 500 || NO_ANSWER.has(status) || isWebPage(response)) return noAnswer(response, context);
  if (status === 403) return forbidden(response, context);
  const reason = reasonOf(response, context.secrets) ?? `Toggl refused the call with status ${status}.`;
  return new ProviderError(REFUSALS[status] ?? 'rejected', reason, { status });
}

/** A 2xx whose body is not what the call is specified to answer: nothing is known, not even whether a write happened. */
export function unreadable(what: string, isWrite: boolean): ProviderError {
  return new ProviderError('unavailable', `Toggl's answer could not be understood: ${what}.`, { isAmbiguous: isWrite });
}

export function unanswered(failure: HttpFailure, context: CallContext): ProviderError {
  return new ProviderError('unavailable', redact(`Toggl: ${failure.message}`, context.secrets), {
    isAmbiguous: context.isWrite && failure.isAmbiguous,
  });
}

/** The vendor's own words: a JSON string literal, or plain text; `null` when there are none for people to read. */
export function reasonOf(response: HttpResponse, secrets: readonly Secret[]): string | null {
  if (isWebPage(response)) return null;
  const text = redact(unquoted(response.text), secrets).replaceAll(/\s+/g, ' ').trim();
  if (text === '') return null;
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;
}

function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

function isWebPage({ headers, text }: HttpResponse): boolean {
  return (headers.get('content-type') ?? '').includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
}

/** 402 is both "the hour's calls are used up" and "needs a paid plan"; 429 is the burst limit. */
function limitReached(response: HttpResponse, context: CallContext): ProviderError {
  const { status, headers, text } = response;
  const reason = reasonOf(response, context.secrets);
  const isQuota =
    status === 429 || headers.get('x-toggl-quota-remaining')?.trim() === '0' || /hourly limit/i.test(text);
  if (!isQuota) return new ProviderError('rejected', reason ?? 'Toggl asks for a paid plan for this.', { status });
  const retryAt =
    status === 429
      ? (retryAfter(headers, context.now) ?? after(context.now, BACK_OFF_SECONDS))
      : after(context.now, secondsUntilReset(headers, text));
  return new ProviderError('quota', reason ?? `Toggl asks to wait until ${retryAt.toISOString()}.`, {
    status,
    retryAt,
  });
}

function secondsUntilReset(headers: Headers, text: string): number {
  const fromHeader = headers.get('x-toggl-quota-resets-in')?.trim() ?? '';
  const digits = /^\d{1,6}$/.test(fromHeader) ? fromHeader : /reset in (\d{1,6}) seconds/i.exec(text)?.[1];
  return digits === undefined ? HOUR_SECONDS : Number(digits);
}

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

function refusedCredentials(response: HttpResponse, context: CallContext): ProviderError {
  const reason = reasonOf(response, context.secrets) ?? 'Toggl refused the API token.';
  return new ProviderError('invalid_credentials', reason, { status: response.status });
}

/**
 * Toggl answers 403 both to a wrong token and to a right one without access. Below `/me` there is nothing one's own token
 * may not see, so there it can only be the token; elsewhere the text tells.
 */
function forbidden(response: HttpResponse, context: CallContext): ProviderError {
  const isAboutCaller = context.path === '/me' || context.path.startsWith('/me/');
  if (isAboutCaller || /incorrect username/i.test(response.text)) return refusedCredentials(response, context);
  const reason = reasonOf(response, context.secrets);
  return new ProviderError('rejected', reason ?? 'Toggl gives this account no access.', { status: response.status });
}

/**
 * Toggl's gateway speaks in web pages, whatever their status. They say nothing about the entry: a 404 page taken at its
 * word would delete it here.
 */
function noAnswer(response: HttpResponse, context: CallContext): ProviderError {
  const { status } = response;
  const reason = reasonOf(response, context.secrets);
  return new ProviderError('unavailable', `Toggl answered ${status}${reason === null ? '.' : `: ${reason}`}`, {
    status,
    retryAt: retryAfter(response.headers, context.now) ?? undefined,
    isAmbiguous: context.isWrite && status >= 500,
  });
}
