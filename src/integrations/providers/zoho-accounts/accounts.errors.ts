import { retryAfter, type HttpResponse } from '../../../common/http-client.js';
import type { HttpFailure } from '../../../common/http-failure.js';
import { redact, type Secret } from '../../../common/secret.js';
import { ProviderError } from '../../contract/provider-error.js';

const MINUTE = 60_000;
/** Zoho counts tokens by ten minutes, and gives no figure when there were too many. */
const PAUSE_MINUTES = 10;

const MEANINGS: Readonly<Record<string, string>> = {
  invalid_client: 'the client id is unknown there: does it belong to this data centre?',
  invalid_client_secret: 'the client secret is not the client’s',
  invalid_code: 'the refresh token was revoked, or the code was used already or has expired',
};

/** What Zoho Accounts said, as JSON; `null` when it said something else. */
export function parseAnswer(response: HttpResponse): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(response.text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as never) : null;
  } catch {
    return null;
  }
}

interface Context {
  now: Date;
  secrets: readonly Secret[];
}

/** What an answer without a token means. Zoho sends its refusals with status 200: the `error` key decides. */
export function accountsFailure(response: HttpResponse, context: Context): ProviderError {
  const { status } = response;
  const answer = parseAnswer(response);
  const error = textOf(answer?.error);
  if (status === 429 || /access.?denied|too many/i.test(`${error} ${textOf(answer?.error_description)}`)) {
    return tooManyTokens(response, context);
  }
  const reason = redact(`Zoho Accounts answered ${error === '' ? status : error}`, context.secrets).slice(0, 200);
  const meaning = Object.hasOwn(MEANINGS, error) ? `: ${MEANINGS[error]}` : '';
  const isRefusal = status < 500 && /^(invalid_|unauthorized_client|redirect_uri)/.test(error);
  const retryAt = retryAfter(response.headers, context.now) ?? undefined;
  const kind = isRefusal ? 'invalid_credentials' : 'unavailable';
  return new ProviderError(kind, `${reason}${meaning}.`, { status, retryAt });
}

function tooManyTokens({ status, headers }: HttpResponse, { now }: Context): ProviderError {
  const earliest = new Date(now.getTime() + PAUSE_MINUTES * MINUTE);
  const asked = retryAfter(headers, now);
  const retryAt = asked !== null && asked > earliest ? asked : earliest;
  return new ProviderError('quota', 'Zoho Accounts made out too many tokens and needs a pause.', { status, retryAt });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const accountsUnanswered = (failure: HttpFailure, secrets: readonly Secret[]): ProviderError =>
  new ProviderError('unavailable', redact(`Zoho Accounts: ${failure.message}`, secrets));
