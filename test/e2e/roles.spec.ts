import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

describe('a worker', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp({ env: { ROLE: 'worker' } });
  });

  afterAll(() => test.close());

  it.each(['/health', '/health/ready', '/metrics'])('tells how it is at %s', async (path) => {
    expect((await fetch(test.url + path)).status).toBe(200);
  });

  it.each(['/v1/rpc/login', '/v1/resources/logs', '/docs', '/docs-json', '/healthy'])(
    'has no API at %s',
    async (path) => {
      const answer = await fetch(test.url + path);
      expect([answer.status, (await answer.json()) as object]).toEqual([
        404,
        expect.objectContaining({ code: 'ROUTE.NOT_FOUND' }),
      ]);
    },
  );
});
