import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ProbeController } from '../support/probe.controller.js';
import { sendRaw } from '../support/raw-http.js';

describe('the HTTP shell', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({
      controllers: [ProbeController],
      clock: new FixedClock(new Date('2026-03-02T08:00:00Z')),
      env: { CORS_ORIGINS: 'https://app.example.com' },
    });
  });

  afterAll(() => app.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(app.url + path, { headers });
  const json = async (path: string) => (await (await get(path)).json()) as Record<string, unknown>;
  const requestLines = (route: string) =>
    app.logLines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.route === route);

  describe('errors', () => {
    it('have one shape on unknown routes, whatever the method', async () => {
      const answer = await get('/v1/resources/nothing?token=abc', { 'x-request-id': 'test-request-1' });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({
        statusCode: 404,
        code: 'ROUTE.NOT_FOUND',
        message: 'There is no such route.',
        requestId: 'test-request-1',
      });
      expect((await fetch(`${app.url}/nothing`, { method: 'PUT' })).status).toBe(404);
    });

    it('repeat the message as `error` under /api-clockify', async () => {
      expect(await json('/api-clockify/nothing')).toMatchObject({
        message: 'There is no such route.',
        error: 'There is no such route.',
      });
      expect(await json('/nothing')).not.toHaveProperty('error');
    });

    it('carry code, details and Retry-After of a refusal', async () => {
      const answer = await get('/probe/refusal');
      expect(answer.status).toBe(409);
      expect(answer.headers.get('retry-after')).toBe('7');
      expect(await answer.json()).toMatchObject({
        code: 'PROBE.TAKEN',
        message: 'It is taken.',
        details: { by: 'you' },
      });
    });

    it('say until when a provider has no quota left', async () => {
      const answer = await get('/probe/quota');
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('90');
      expect(await answer.json()).toMatchObject({ code: 'PROVIDER.QUOTA' });
    });

    it('tell nothing about an unexpected one, and note it once per kind', async () => {
      const answer = await get('/probe/unexpected/1');
      await get('/probe/unexpected/2');
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({ code: 'INTERNAL', message: 'Something went wrong on our side.' });
      const noted = await vi.waitFor(async () => {
        const rows = await app.database.query('select * from error_log where endpoint = $1', [
          '/probe/unexpected/:number',
        ]);
        expect(rows).toMatchObject([{ occurrences: 2, severity: 'error', status: 500, method: 'GET' }]);
        return rows;
      }, 40_000);
      expect(JSON.stringify(noted)).not.toContain('hunter2');
      expect(app.logLines.join('\n')).toContain('probe.controller');
      expect(app.logLines.join('\n')).not.toContain('hunter2');
    });

    it.each([
      ['duplicate', 409, 'CONFLICT'],
      ['value', 400, 'VALUE.INVALID'],
      ['killed', 503, 'DATABASE.UNAVAILABLE'],
      ['missing', 500, 'INTERNAL'],
    ])('of the database are told apart: %s', async (kind, status, code) => {
      const answer = await get(`/probe/sql/${kind}`);
      const text = await answer.text();
      expect([answer.status, (JSON.parse(text) as { code: string }).code]).toEqual([status, code]);
      expect(text).not.toMatch(/select|relation|leases|pg_/i);
    });
  });

  describe('addresses', () => {
    it('work with and without a trailing slash', async () => {
      expect((await get('/health')).status).toBe(200);
      expect((await get('/health/')).status).toBe(200);
      expect(await json('/probe/texts/a/?text=b')).toEqual({ name: 'a', text: 'b' });
    });

    it.each(['/%E0%A4%A', '/probe/texts/%E0%A4%A'])('with broken encoding are 400: %s', async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        statusCode: 400,
        code: 'REQUEST.INVALID',
        requestId: expect.any(String) as string,
      });
    });

    it.each(['/probe/texts/a%00b', '/probe/texts/a?text=b%00', '/probe/texts/a?%00=b', '/probe/texts/a?__proto__=b'])(
      'with text nothing can store are 400: %s',
      async (path) => expect((await get(path)).status).toBe(400),
    );

    it.each(['//', '/../etc/passwd', '/.env', '/.git/config', '/dist/src/main.js.map'])(
      'lead nowhere else: %s',
      async (path) => {
        expect((await sendRaw(app.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).status).toBe(
          404,
        );
      },
    );

    it('keep an accent and an emoji', async () => {
      expect(await json(`/probe/texts/${encodeURIComponent('ñ🕑')}`)).toMatchObject({ name: 'ñ🕑' });
    });
  });

  describe('requests', () => {
    it('keep an id that looks like one and get one otherwise', async () => {
      expect((await get('/health', { 'x-request-id': 'a-good_ID-123' })).headers.get('x-request-id')).toBe(
        'a-good_ID-123',
      );
      for (const bad of ['short', 'x'.repeat(65), 'white space 123', 'new"line-123']) {
        expect((await get('/health', { 'x-request-id': bad })).headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      }
    });

    it('are one log line each, with the pattern of the route and never the address', async () => {
      await get('/probe/tokens/very-secret-token?token=also-secret', { authorization: 'Bearer hidden-in-header' });
      const lines = await vi.waitFor(() => {
        const found = requestLines('/probe/tokens/:token');
        expect(found).toHaveLength(1);
        return found;
      }, 40_000);
      expect(lines[0]).toMatchObject({ method: 'GET', status: 200, caller: 'token', userId: 7, msg: 'request' });
      expect(lines[0]).toMatchObject({ ms: expect.any(Number) as number, requestId: expect.any(String) as string });
      expect(app.logLines.join('\n')).not.toMatch(/very-secret-token|also-secret|hidden-in-header/);
    });

    it('to /health are not logged', async () => {
      await get('/health');
      expect(requestLines('/health')).toEqual([]);
    });

    it('cannot change their method by a header', async () => {
      const answer = await fetch(`${app.url}/probe/refusal`, { headers: { 'x-http-method-override': 'DELETE' } });
      expect(answer.status).toBe(409);
    });

    it.each(['TRACE', 'CONNECT'])('with the method %s are refused', async (method) => {
      const answer = await sendRaw(app.url, `${method} /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect([404, 405, 0]).toContain(answer.status);
    });

    it('with more than 16 KB of headers are 431', async () => {
      const answer = await sendRaw(app.url, `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`);
      expect(answer).toMatchObject({ status: 431, closed: true });
      expect(answer.text).toContain('REQUEST.HEADERS_TOO_LARGE');
    });

    it('with 200 headers are answered', async () => {
      const many = Array.from({ length: 200 }, (_, i) => `X-H${i}: 1\r\n`).join('');
      expect(
        (await sendRaw(app.url, `GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${many}\r\n`)).status,
      ).toBe(200);
    });

    it.each([
      ['both lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
      ['two lengths', 'Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}'],
      ['bare line feeds', 'Content-Length: 2\n\n{}'],
    ])('that could be read in two ways are refused: %s', async (_name, rest) => {
      const answer = await sendRaw(
        app.url,
        `POST /probe/anything HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`,
      );
      expect(answer).toMatchObject({ status: 400, closed: true });
    });
  });

  describe('browsers', () => {
    it('may read answers from the named origin only', async () => {
      const allowed = await get('/health', { origin: 'https://app.example.com' });
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
      const foreign = await get('/health', { origin: 'https://evil.example.com' });
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    });

    it('are told not to guess types, not to frame and not to keep answers', async () => {
      const { headers } = await get('/health');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    });
  });

  it('describes itself as OpenAPI 3.1', async () => {
    expect((await get('/docs')).status).toBe(200);
    const document = await json('/docs-json');
    expect(document.openapi).toBe('3.1.0');
    expect(document.components).toMatchObject({
      securitySchemes: { cookie: {}, bearer: {}, auth_token: {}, admin_secret: {} },
    });
  });
});
