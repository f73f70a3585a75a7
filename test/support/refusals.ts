import { expect } from 'vitest';
import type { TestApp } from './app.js';
import { countRows } from './rows.js';
import { stopwatch } from './stopwatch.js';

export interface Refusal {
  status: number;
  text: string;
}

/**
 * The invariants of every refusal: the one shape of errors, nothing of us in it, nothing kept, and the next caller served.
 * @param before what `countRows` said before the call
 */
export async function expectRefused(
  app: TestApp,
  before: Record<string, number>,
  answer: Refusal,
  ...statuses: number[]
): Promise<void> {
  expect(statuses, answer.text).toContain(answer.status);
  const body = JSON.parse(answer.text) as Record<string, unknown>;
  expect(body).toMatchObject({ statusCode: answer.status, code: expect.any(String), message: expect.any(String) });
  expect(answer.text).not.toMatch(/\bat \w|node_modules|select |insert |fastify|ajv|postgres/i);
  expect(await countRows(app)).toEqual(before);
  const took = stopwatch();
  expect((await fetch(`${app.url}/health`)).status).toBe(200);
  expect(took()).toBeLessThan(1000);
}
