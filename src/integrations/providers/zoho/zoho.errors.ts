import type { HttpFailure } from '../../../common/http-failure.js';
import { retryAfter, type HttpResponse } from '../../../common/http-client.js';
import type { Secret } from '../../../common/secret.js';
import { ProviderError } from '../../contract/provider-error.js';
import {
  bareReason,
  cleanReason,
  isObject,
  looksLikeHtml,
  noAnswerOf,
  parseJson,
  textOf,
  unansweredBy,
  unreadableOf,
  type AnswerContext,
} from '../zoho-accounts/answers.js';

/** What has to be known about a call to say what its failure means. */
export interface CallContext extends AnswerContext {
  /** A read of one record by its id. */
  isLookUp: boolean;
}

/** An answer, decoded once. */
export interface ZohoAnswer {
  response: HttpResponse;
  /** The body as JSON; `undefined` when there is none, or another text. */
  value: unknown;
  error: ZohoError | null;
}

export interface ZohoError {
  status: number;
  title: string;
  message: string;
}

const MINUTE = 60_000;
/** How long Zoho shuts a caller out who went over the limit, when it does not say. */
const LOCK_OUT_MINUTES = 30;
/** The window of the limit, for a bare 429. */
const WINDOW_MINUTES = 2;
const SERVICE = 'Zoho Projects';
const NO_ANSWER = new Set([408, 425]);

export function readAnswer(response: HttpResponse): ZohoAnswer {
  const value = parseJson(response.text);
  return { response, value, error: errorIn(value, response.status) };
}

/** Zoho sends errors under any status, 200 included: only the `error` key tells. */
function errorIn(value: unknown, status: number): ZohoError | null {
  const error = isObject(value) ? value.error : undefined;
  if (error === undefined || error === null) return null;
  if (!isObject(error)) return { status: Math.max(status, 400), title: textOf(error), message: textOf(error) };
  const stated = Number(error.status_code);
  const title = textOf(error.title);
  return {
    status: Number.isInteger(stated) && stated >= 400 && stated < 600 ? stated : Math.max(status, 400),
    title,
    message: detailIn(error.details) || textOf(error.message) || title,
  };
}

/** The text in `details`, which is a list or a single object. */
function detailIn(details: unknown): string {
  const [first] = Array.isArray(details) ? (details as unknown[]) : [details];
  return isObject(first) ? textOf(first.message) : '';
}

/** The access token is not (any more) good. A missing scope is another thing: a new token would lack it too. */
export const isTokenRefused = (response: HttpResponse): boolean => refusesToken(readAnswer(response));

function refusesToken({ response, error }: ZohoAnswer): boolean {
  if (error?.title === 'INVALID_OAUTHTOKEN') return true;
  return response.status === 401 && !/scope/i.test(error?.title ?? '');
}

/** What an answer outside 2xx, or with an error in it, means: the only place that reads Zoho's titles and texts. */
export function meaningOf(answer: ZohoAnswer, context: CallContext): ProviderError {
  const status = answer.error?.status ?? answer.response.status;
  if (asksToWait(answer)) return throttled(answer, context);
  const reason = reasonOf(answer, context.secrets);
  if (saysNothing(answer, status)) {
    return noAnswerOf(SERVICE, { response: answer.response, status, reason }, context);
  }
  const kind = refusesToken(answer) ? 'invalid_credentials' : refusalKind(answer, status, context);
  return new ProviderError(kind, reason ?? `Zoho Projects refused the call with status ${status}.`, { status });
}

const ASKS_TO_WAIT = /try again after \d|THROTTLES?_LIMIT|cannot execute more than/i;

/**
 * "Too many requests" in all its forms: a 400 or even a 200 with a title, a 429, or a text that asks to come back. Its status
 * is the least reliable part.
 */
const asksToWait = ({ response, error }: ZohoAnswer): boolean =>
  response.status === 429 || ASKS_TO_WAIT.test(wordsOf(error));

function throttled(answer: ZohoAnswer, { now, secrets }: CallContext): ProviderError {
  const words = wordsOf(answer.error);
  const isLockedOut = ASKS_TO_WAIT.test(words);
  const stated = /try again after (\d{1,4}) minutes?/i.exec(words)?.[1];
  const minutes = stated ?? (isLockedOut ? LOCK_OUT_MINUTES : WINDOW_MINUTES);
  const asked = stated === undefined ? retryAfter(answer.response.headers, now) : null;
  const retryAt = asked ?? new Date(now.getTime() + Number(minutes) * MINUTE);
  const reason = isLockedOut ? reasonOf(answer, secrets) : null;
  const { status } = answer.response;
  return new ProviderError('quota', reason ?? 'Zoho Projects asks to wait: too many requests.', { status, retryAt });
}

/** A failure of theirs, or a page of whatever stands in front of them: it says nothing about the entry. */
const saysNothing = ({ response, error }: ZohoAnswer, status: number): boolean =>
  status >= 500 || NO_ANSWER.has(status) || (error === null && status !== 401 && looksLikeHtml(response));

const OTHER_CAUSES =
  /scope|URL_RULE_NOT_CONFIGURED|INVALID_METHOD|PATTERN_NOT_MATCHED|input.parameter|permission|privilege|not allowed|unauthori[sz]ed|access denied|disabled/i;

function refusalKind(
  { error }: ZohoAnswer,
  status: number,
  { isLookUp }: CallContext,
): 'not_found' | 'conflict' | 'rejected' {
  const said = wordsOf(error);
  if (status === 404 || (isLookUp && mayMeanAbsence(status, said))) return 'not_found';
  return status === 409 || /\b(approved|invoiced|locked)\b/i.test(said) ? 'conflict' : 'rejected';
}

/** Zoho's list of statuses has no 404: what an unknown record answers is not written down anywhere. */
const mayMeanAbsence = (status: number, said: string): boolean =>
  said !== '' && (status === 400 || status === 403) && !OTHER_CAUSES.test(said);

const wordsOf = (error: ZohoError | null): string => (error === null ? '' : `${error.title} ${error.message}`);

export const unreadable = (what: string, isWrite: boolean): ProviderError => unreadableOf('Zoho', what, isWrite);

export const unanswered = (failure: HttpFailure, context: CallContext): ProviderError =>
  unansweredBy(SERVICE, failure, context);

/** Zoho's own words; `null` when there are none for people to read. */
function reasonOf({ response, value, error }: ZohoAnswer, secrets: readonly Secret[]): string | null {
  if (error !== null) {
    const isTitled = error.title !== '' && error.title !== error.message;
    return cleanReason(isTitled ? `${error.message} (${error.title})` : error.message, secrets);
  }
  return bareReason(response, value, secrets);
}
