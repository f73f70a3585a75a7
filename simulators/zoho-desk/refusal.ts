import { Refusal } from '../support/refusal.js';

export interface FieldError {
  /** A JSON Pointer. */
  fieldName: string;
  errorType: 'invalid' | 'duplicate' | 'missing';
}

/** Desk's error body; `more` are keys beside its code and message. */
export function refusal(
  status: number,
  errorCode: string,
  message: string,
  more: object = {},
  headers: Record<string, string> = {},
): Refusal {
  return new Refusal({
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify({ errorCode, message, ...more }),
  });
}

export const invalid = (...errors: FieldError[]): Refusal =>
  refusal(422, 'INVALID_DATA', 'The data does not comply to the validation restrictions defined.', { errors });

export const unprocessable = (message: string): Refusal => refusal(422, 'UNPROCESSABLE_ENTITY', message);

export const urlNotFound = (): Refusal => refusal(404, 'URL_NOT_FOUND', 'The URL you requested could not be found.');

export const unauthorized = (): Refusal =>
  refusal(401, 'UNAUTHORIZED', 'You are not authenticated to perform this operation.');

export const busy = (): Refusal => refusal(429, 'TOO_MANY_REQUESTS', 'Too many concurrent requests.');
