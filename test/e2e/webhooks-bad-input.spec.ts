import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { sendRaw } from '../support/raw-http.js';
import { expectRefused, type Refusal } from '../support/refusals.js';
import { countRows } from '../support/rows.js';
import { deliver, delivery, running, TOKENS, TOKEN_ENV } from '../support/webhooks.js';

describe('at the doors of Clockify, with the right proof', () => {
  let app: TestApp;
  let before: Record<string, number>;

  beforeAll(async () => {
    app = await startTestApp({ env: { ...TOKEN_ENV, ROLE: 'api' } });
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    before = await countRows(app);
  });

  const expectRefusal = (answer: Refusal, ...statuses: number[]) => expectRefused(app, before, answer, ...statuses);

  const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
    deliver(app.url, 'start', body, { headers });
  const valid = () => JSON.stringify(running());

  it.each([
    ['B18 truncated', '{"id":"a","description":"hunter2'],
    ['B18 with a trailing comma', '{"id":"a",}'],
    ['B18 with single quotes', "{'id':'a'}"],
    ['B18 with a comment', '{"id":"a"} // b'],
    ['B18 with NaN', '{"billable":NaN}'],
    ['B19 empty', ''],
    ['B19 null', 'null'],
    ['B19 a text', '"x"'],
    ['B19 a number', '5'],
    ['B19 an empty list', '[]'],
    ['B19 a list of deliveries', `[${JSON.stringify(delivery())}]`],
    ['B25 nested 40,000 levels deep', `${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['B25 nested deep in an object', `{"a":${'[['.repeat(2000)}${']]'.repeat(2000)}}`],
    ['B26 with a key of a megabyte', `{"${'k'.repeat(1_100_000)}":1}`],
    [
      'B26 with 100,000 keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, 1]))),
    ],
    ['B26 with a megabyte of description', JSON.stringify(delivery({ description: 'x'.repeat(1_100_000) }))],
    ['B28 with __proto__', `{"__proto__":{"polluted":true},${JSON.stringify(delivery()).slice(1)}`],
    [
      'B28 with a constructor deep inside',
      JSON.stringify(delivery({ user: { constructor: { prototype: { polluted: 1 } } } })),
    ],
    [
      'B31 with half a character',
      JSON.stringify(delivery({ description: 'a?b' })).replace('a?b', String.raw`a\ud800b`),
    ],
  ])('%s: 400 or 413, and nothing is kept', async (_what, body) => {
    await expectRefusal(await send(body), 400, 413);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(app.logLines.join('\n')).not.toContain('hunter2');
  });

  it.each([
    ['B20 text/plain', { 'content-type': 'text/plain' }],
    ['B20 a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['B21 JSON that says it is a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['B22 an unknown charset', { 'content-type': 'application/json; charset=x-foo' }],
    ['B22 UTF-16', { 'content-type': 'application/json; charset=utf-16' }],
  ])('%s: 415', async (_what, headers) => {
    await expectRefusal(await send(valid(), headers), 415);
  });

  it('B20 without a type: 415', async () => {
    const head = `POST /webhook/clockify/start HTTP/1.1\r\nHost: x\r\nClockify-Signature: ${TOKENS.start}\r\n`;
    const answer = await sendRaw(app.url, `${head}Content-Length: 2\r\nConnection: close\r\n\r\n{}`);
    expect(answer.status).toBe(415);
  });

  it('B21 files named in JSON are text like any other: 422, for the rest is missing', async () => {
    const answer = await send('{"files":{"f":{"filepath":"/etc/passwd"}}}');
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('passwd');
  });

  it('B22 bytes that are not UTF-8: 400', async () => {
    const [first, last] = valid().split('Planning');
    await expectRefusal(
      await send(Buffer.concat([Buffer.from(first!), Buffer.from([0xc3, 0x28]), Buffer.from(last!)])),
      400,
    );
  });

  it('B22 a byte order mark: taken', async () => {
    expect((await send(`\ufeff${valid()}`)).status).toBe(200);
  });

  it.each(['gzip', 'br', 'deflate', 'identity'])('B11, B24 Content-Encoding %s: 415', async (encoding) => {
    const body = encoding === 'gzip' ? gzipSync(Buffer.alloc(50_000_000, 32)) : Buffer.from(valid());
    await expectRefusal(await send(body, { 'content-encoding': encoding }), 415);
  });

  it.each([
    ['10 MB that are announced', `Content-Length: ${10 * 1024 * 1024}`, ''],
    ['chunks without an end', 'Transfer-Encoding: chunked', `40000\r\n${'x'.repeat(0x40000)}\r\n`.repeat(6)],
  ])('B23 %s: 413, and the connection is closed', async (_what, header, body) => {
    const head = `POST /webhook/clockify/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}\r\n`;
    const answer = await sendRaw(app.url, `${head}Clockify-Signature: ${TOKENS.start}\r\n\r\n`, body);
    expect(answer).toMatchObject({ status: 413, closed: true });
    expect(await countRows(app)).toEqual(before);
  });

  it('B26 a long description of 300 KB: 422, kept', async () => {
    const answer = await send(JSON.stringify(delivery({ description: 'x'.repeat(300_000) })));
    expect(answer).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
  });

  it('B27 of a key given twice the last one counts', async () => {
    const body = valid().replace('"id":', '"id":"first","id":');
    const answer = await send(body);
    const [row] = await app.database.query<{ external_id: string }>(
      'select external_id from deliveries where id = $1',
      [answer.body.delivery],
    );
    expect(row!.external_id).toBe((JSON.parse(body) as { id: string }).id);
    expect(row!.external_id).not.toBe('first');
  });

  it.each([
    ['from right to left', '\u202eabc\u202c'],
    ['without width', 'a\u200bb\ufeffc'],
    ['four bytes long', '🕑👩‍👩‍👧‍👦'],
    ['combined 10,000 times', `e${'\u0301'.repeat(10_000)}`],
  ])('B32 letters %s: taken, and kept byte for byte', async (_what, description) => {
    const body = JSON.stringify(delivery({ description }));
    const answer = await send(body);
    expect(answer.status).toBe(200);
    const [row] = await app.database.query<{ raw: Buffer }>('select raw from deliveries where id = $1', [
      answer.body.delivery,
    ]);
    expect(row!.raw.equals(Buffer.from(body))).toBe(true);
  });

  it('B33 headers beyond 16 KB: 431', async () => {
    const head = `POST /webhook/clockify/start HTTP/1.1\r\nHost: x\r\nClockify-Signature: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect((await sendRaw(app.url, head)).status).toBe(431);
  });

  it.each(['/webhook/clockify/%E0%A4%A', '/webhook/../webhook/clockify/start', '/webhook//start'])(
    'B33 the path %s: 400 or 404',
    async (path) => {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n`;
      const answer = await sendRaw(
        app.url,
        `${head}Clockify-Signature: ${TOKENS.start}\r\nConnection: close\r\n\r\n{}`,
      );
      expect([400, 404]).toContain(answer.status);
      expect(await countRows(app)).toEqual(before);
    },
  );

  it.each([
    ['both lengths', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n'],
  ])('B35 %s: 400, and the connection is closed', async (_what, headers) => {
    const head = `POST /webhook/clockify/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}`;
    expect(await sendRaw(app.url, `${head}\r\n{}`)).toMatchObject({ status: 400, closed: true });
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('B36 the method %s: 404 or 405', async (method) => {
    const answer = await fetch(`${app.url}/webhook/clockify/start`, {
      method,
      headers: { 'clockify-signature': TOKENS.start },
    });
    expect([404, 405]).toContain(answer.status);
    expect(await countRows(app)).toEqual(before);
  });

  it('B36 another method asked for in a header is not believed', async () => {
    expect((await send(valid(), { 'x-http-method-override': 'DELETE' })).status).toBe(200);
  });

  it('B14 one captured delivery, again and again: duplicates, one row', async () => {
    const body = valid();
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(body)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(answers.filter(({ body: { status } }) => status === 'accepted')).toHaveLength(round === 0 ? 1 : 0);
    }
    const rows = await app.database.query('select 1 from deliveries where delivery_count = 500');
    expect(rows).toHaveLength(1);
  });
});
