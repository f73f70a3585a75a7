import { Refusal } from '../support/refusal.js';

/** Zoho's error body. Its `status_code` is a text here and a number there, its `details` a list or an object. */
export function refusal(status: number, title: string, message: string, type = 'FIELDS_VALIDATION_ERROR'): Refusal {
  const error = { status_code: String(status), title, error_type: type, details: [{ message }] };
  return new Refusal({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) });
}

export const missing = (): Refusal => refusal(400, 'Input Parameter Missing', 'Input Parameter Missing');

export const throttled = (minutes: number): Refusal =>
  new Refusal({
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: {
        status_code: 400,
        title: 'URL_ROLLING_THROTTLES_LIMIT_EXCEEDED',
        error_type: 'OPERATIONAL_VALIDATION_ERROR',
        details: {
          message: `Cannot execute more than 100 requests per API in 2 minutes. Try again after ${minutes} minutes.`,
        },
      },
    }),
  });
