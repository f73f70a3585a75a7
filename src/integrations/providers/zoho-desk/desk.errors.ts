import { retryAfter, type HttpResponse } from '../../../common/http-client.js';
import type { HttpFailure } from '../../../common/http-failure.js';
import type { Secret } from '../../../common/secret.js';
import { ProviderError, type ProviderErrorKind } from '../../contract/provider-error.js';
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
export type CallContext = AnswerContext;

/** An answer, decoded once. */
export interface DeskAnswer {
  response: HttpResponse;
  /** The body as JSON; `undefined` when there is none, or another text. */
  value: unknown;
  error: DeskError | null;
}

interface DeskError {
  code: string;
  status: number;
  message: string;
  /** Which fields, by their JSON Pointers. */
  fields: string[];
}

const HOUR_SECONDS = 3600;
/** Too many calls at once: the next moment is as good as any. */
const BUSY_SECONDS = 15;
const SERVICE = 'Zoho Desk';
const NO_ANSWER = new Set([408, 425]);

/** The status each code belongs to, for errors that come with status 200. */
const STATUSES: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  INVALID_OAUTH: 401,
  SCOPE_MISMATCH: 403,
  OAUTH_ORG_MISMATCH: 403,
  FORBIDDEN: 403,
  LICENSE_ACCESS_LIMITED: 403,
  URL_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  RESOURCE_SIZE_EXCEEDED: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INVALID_DATA: 422,
  UNPROCESSABLE_ENTITY: 422,
  EMPTY_PAYLOAD: 422,
  THRESHOLD_EXCEEDED: 429,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
};

/** Refusals that only other credentials can mend, and how. */
const REMEDIES: Readonly<Record<string, string>> = {
  SCOPE_MISMATCH: 'The Zoho Desk credentials lack a scope: connect again with all of them',
  OAUTH_ORG_MISMATCH: 'The Zoho Desk credentials do not belong to this organization (org_id)',
};

export function readAnswer(response: HttpResponse): DeskAnswer {
  const value = parseJson(response.text);
  return { response, value, error: errorIn(value, response.status) };
}

/** Errors have been seen under status 200 too, so that every body is looked at. */
function errorIn(value: unknown, status: number): DeskError | null {
  if (!isObject(value) || typeof value.errorCode !== 'string') return null;
  const code = value.errorCode;
  const known = Object.hasOwn(STATUSES, code) ? STATUSES[code]! : 400;
  const errors = Array.isArray(value.errors) ? (value.errors as unknown[]).filter(isObject) : [];
  return {
    code,
    status: status >= 400 ? status : known,
    message: textOf(value.message) || code,
    fields: errors.map(fieldIn).filter((field) => field !== ''),
  };
}

const fieldIn = (error: Record<string, unknown>): string =>
  [textOf(error.fieldName), textOf(error.errorType), textOf(error.errorMessage)]
    .filter((part) => part !== '')
    .join(' ');

/** The access token is not (any more) good. A missing scope is another thing: a new token would lack it too. */
export const isTokenRefused = (response: HttpResponse): boolean => refusesToken(readAnswer(response));

const refusesToken = ({ response, error }: DeskAnswer): boolean =>
  error?.code === 'INVALID_OAUTH' || (error?.status ?? response.status) === 401;

/** An error comes under any status, 200 included. */
export const isRefusal = ({ response, error }: DeskAnswer): boolean =>
  response.status < 200 || response.status >= 300 || error !== null;

/** What an answer outside 2xx, or with an error in it, means: the only place that reads Desk's codes. */
export function meaningOf(answer: DeskAnswer, context: CallContext): ProviderError {
  const status = answer.error?.status ?? answer.response.status;
  const reason = reasonOf(answer, context.secrets);
  if (status === 429) return limitReached(answer, reason, context);
  if (refusesToken(answer)) {
    return new ProviderError('invalid_credentials', reason ?? 'Zoho Desk refused the access token.', { status });
  }
  if (isNoAnswer(answer, status)) return noAnswerOf(SERVICE, { response: answer.response, status, reason }, context);
  const kind = refusalKind(answer, status);
  return new ProviderError(kind, reason ?? `Zoho Desk refused the call with status ${status}.`, { status });
}

/** A failure of Desk’s, or a gateway’s page, which says nothing about what was asked. */
function isNoAnswer({ response, error }: DeskAnswer, status: number): boolean {
  return status >= 500 || NO_ANSWER.has(status) || (error === null && looksLikeHtml(response));
}

function refusalKind({ error }: DeskAnswer, status: number): ProviderErrorKind {
  if (error !== null && Object.hasOwn(REMEDIES, error.code)) return 'invalid_credentials';
  if (status === 404) return 'not_found';
  return status === 409 ? 'conflict' : 'rejected';
}

/** The day's credits are gone, which is told with the seconds left, or there were too many calls at once, which is not. */
function limitReached({ response, error }: DeskAnswer, reason: string | null, { now }: CallContext): ProviderError {
  const fallback = error?.code === 'THRESHOLD_EXCEEDED' ? HOUR_SECONDS : BUSY_SECONDS;
  const retryAt = retryAfter(response.headers, now) ?? new Date(now.getTime() + fallback * 1000);
  return new ProviderError('quota', reason ?? 'Zoho Desk asks to wait: too many requests.', { status: 429, retryAt });
}

export const unreadable = (what: string, isWrite: boolean): ProviderError => unreadableOf(SERVICE, what, isWrite);

export const unanswered = (failure: HttpFailure, context: CallContext): ProviderError =>
  unansweredBy(SERVICE, failure, context);

/** Desk's own words with the fields they are about; `null` when there are none for people to read. */
function reasonOf({ response, value, error }: DeskAnswer, secrets: readonly Secret[]): string | null {
  if (error !== null) {
    const remedy = Object.hasOwn(REMEDIES, error.code) ? `${REMEDIES[error.code]}: ` : '';
    const fields = error.fields.length === 0 ? '' : ` ${error.fields.join(', ')}`;
    return cleanReason(`${remedy}${error.message}${fields}${featureIn(value)} (${error.code})`, secrets);
  }
  return bareReason(response, value, secrets);
}

/** What the edition does not have. */
const featureIn = (value: unknown): string =>
  isObject(value) && textOf(value.feature) !== '' ? ` feature ${textOf(value.feature)}` : '';
