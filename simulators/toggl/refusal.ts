import { Refusal } from '../support/refusal.js';

/** Toggl's errors are JSON string literals with a line end. */
export const refusal = (status: number, text: string): Refusal =>
  new Refusal(
    {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: `${JSON.stringify(text)}\n`,
    },
    text,
  );

export const plainRefusal = (status: number, body: string, headers: Record<string, string> = {}): Refusal =>
  new Refusal({ status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body }, body);
