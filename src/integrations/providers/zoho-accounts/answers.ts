import type { HttpFailure } from '../../../common/http-failure.js';
import { retryAfter, type HttpResponse } from '../../../common/http-client.js';
import { redact, type Secret } from '../../../common/secret.js';
import { ProviderError } from '../../contract/provider-error.js';

/** What Zoho's services have in common in their answers, whatever each of them means by its words. */

export interface AnswerContext {
  isWrite: boolean;
  now: Date;
  secrets: readonly Secret[];
}

const LONGEST_REASON = 300;

/** `undefined` when there is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function looksLikeHtml({ headers, text }: HttpResponse): boolean {
  return (headers.get('content-type') ?? '').includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
}

/** Their words for people to read, on one line; `null` when there are none. */
export function cleanReason(text: string, secrets: readonly Secret[]): string | null {
  const line = redact(text, secrets).replaceAll(/\s+/g, ' ').trim();
  if (line === '') return null;
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON - 1)}…` : line;
}

/** The words of an answer without an error in it: a text, but never a web page. */
export function bareReason(response: HttpResponse, value: unknown, secrets: readonly Secret[]): string | null {
  if (looksLikeHtml(response)) return null;
  return cleanReason(typeof value === 'string' ? value : response.text, secrets);
}

/** A failure of theirs, or a gateway's page: it says nothing about what was asked, but may say when to come back. */
export function noAnswerOf(
  service: string,
  { response, status, reason }: { response: HttpResponse; status: number; reason: string | null },
  { isWrite, now }: AnswerContext,
): ProviderError {
  return new ProviderError('unavailable', `${service} answered ${status}${reason === null ? '.' : `: ${reason}`}`, {
    status,
    retryAt: retryAfter(response.headers, now) ?? undefined,
    isAmbiguous: isWrite && status >= 500,
  });
}

/** The line broke, or nothing came in time. */
export const unansweredBy = (service: string, failure: HttpFailure, context: AnswerContext): ProviderError =>
  new ProviderError('unavailable', redact(`${service}: ${failure.message}`, context.secrets), {
    isAmbiguous: context.isWrite && failure.isAmbiguous,
  });

/** A 2xx whose body is not what the call is specified to answer: nothing is known, not even whether a write happened. */
export const unreadableOf = (service: string, what: string, isWrite: boolean): ProviderError =>
  new ProviderError('unavailable', `${service}’s answer could not be understood: ${what}.`, { isAmbiguous: isWrite });
