import type { SimulatedAnswer } from '../support/http-simulator.js';

/** An answer that ends a call early. */
export class Refusal extends Error {
  constructor(
    readonly answer: SimulatedAnswer,
    text: string,
  ) {
    super(text);
  }
}

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
