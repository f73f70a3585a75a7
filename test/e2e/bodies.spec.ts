import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { ProbeController } from '../support/probe.controller.js';
import { sendRaw } from '../support/raw-http.js';
import { stopwatch } from '../support/stopwatch.js';

const JSON_TYPE = 'application/json';

describe('request bodies', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ controllers: [ProbeController] });
  });

  afterAll(() => app.close());

  async function post(
    path: string,
    body: string | Buffer | undefined,
    headers: Record<string, string> = { 'content-type': JSON_TYPE },
  ) {
    const answer = await fetch(`${app.url}/probe/${path}`, { method: 'POST', body: body as string, headers });
    const text = await answer.text();
    const parsed = JSON.parse(text) as { code?: string; requestId?: string; result?: { text: string } };
    return { status: answer.status, code: parsed.code, text, parsed };
  }

  const raw = (body: string, headers: string) =>
    sendRaw(app.url, `POST /probe/anything HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`);

  it.each([
    '{"text":',
    '{"text":"a",}',
    "{'text':'a'}",
    '{"text":"a"} // c',
    '{"text":NaN}',
    '\u0001',
    '{"text":"hunter2',
    ' ',
  ])('that are not JSON are 400 and never repeated: %s', async (body) => {
    const answer = await post('echo', body);
    expect(answer).toMatchObject({ status: 400, code: 'BODY.MALFORMED' });
    expect(answer.text).not.toContain('hunter2');
    expect(app.logLines.join('\n')).not.toContain('hunter2');
  });

  it.each(['null', '"x"', '5', 'true', '[]', '[{"text":"a"}]'])('must be objects: %s', async (body) => {
    expect(await post('echo', body)).toMatchObject({ status: 400, code: 'BODY.NOT_AN_OBJECT' });
  });

  it('may be missing where nothing is needed', async () => {
    expect(await post('anything', undefined, {})).toMatchObject({ status: 200, parsed: { hasBody: false } });
    expect((await raw('', 'Content-Length: 0\r\nConnection: close\r\n')).status).toBe(200);
    expect((await raw('', `Content-Type: ${JSON_TYPE}\r\nContent-Length: 0\r\nConnection: close\r\n`)).status).toBe(
      200,
    );
  });

  it('are missed where something is needed', async () => {
    expect(await post('echo', undefined, {})).toMatchObject({ status: 400, code: 'VALIDATION.FAILED' });
    expect(await post('echo', '{}')).toMatchObject({ status: 400, code: 'VALIDATION.FAILED' });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonx',
    'nonsense',
  ])('of another type are 415: %s', async (type) => {
    expect(await post('echo', '{"text":"a"}', { 'content-type': type })).toMatchObject({
      status: 415,
      code: 'BODY.UNSUPPORTED_TYPE',
    });
  });

  it('without a type are 415', async () => {
    expect((await raw('{"a":1}', 'Content-Length: 7\r\nConnection: close\r\n')).status).toBe(415);
  });

  it('that are really multipart are not JSON', async () => {
    expect(await post('echo', '--x\r\ncontent-disposition: form-data; name="text"\r\n\r\na\r\n--x--')).toMatchObject({
      status: 400,
    });
  });

  it.each(['x-foo', 'utf-16', 'iso-8859-1'])('in the charset %s are 415', async (charset) => {
    expect(await post('echo', '{"text":"a"}', { 'content-type': `${JSON_TYPE}; charset=${charset}` })).toMatchObject({
      status: 415,
    });
  });

  it.each(['utf-8', 'UTF-8', '"utf-8"', 'us-ascii'])('in the charset %s are read', async (charset) => {
    expect(await post('echo', '{"text":"a"}', { 'content-type': `${JSON_TYPE}; charset=${charset}` })).toMatchObject({
      status: 200,
    });
  });

  it('may begin with a byte order mark, and must be UTF-8', async () => {
    expect(await post('echo', '\uFEFF{"text":"a"}')).toMatchObject({ status: 200 });
    expect(await post('echo', Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]))).toMatchObject({
      status: 400,
      code: 'BODY.MALFORMED',
    });
  });

  it('beyond 1 MB are 413, and the connection ends', async () => {
    expect(await post('echo', JSON.stringify({ text: 'a'.repeat(1_100_000) }))).toMatchObject({
      status: 413,
      code: 'BODY.TOO_LARGE',
    });
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    const endless = `Content-Type: ${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n`;
    expect(await raw(chunk.repeat(40), endless)).toMatchObject({ status: 413, closed: true });
  });

  it('that are compressed are 415, whatever they would become', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, 0x20));
    expect(await post('echo', bomb, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' })).toMatchObject({
      status: 415,
    });
  });

  it.each([65, 40_000, 500_000])('nested %i deep are 400', async (depth) => {
    const body = `{"text":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(await post('echo', body)).toMatchObject({ status: 400, code: 'BODY.TOO_DEEP' });
  });

  it('with 60 000 keys or a key of 1 MB are refused without a pause', async () => {
    const keys = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`key${i}`, 1]));
    const took = stopwatch();
    expect(await post('echo', JSON.stringify(keys))).toMatchObject({ status: 400, code: 'BODY.TOO_MANY_KEYS' });
    expect(took()).toBeLessThan(1000);
    const long = await post('echo', JSON.stringify({ text: 'a', ['k'.repeat(1_000_000)]: 1 }));
    expect(long.status).toBe(400);
    expect(long.text.length).toBeLessThan(2000);
  });

  it('with a key twice mean the last one', async () => {
    expect((await post('echo', '{"text":"a","text":"b"}')).parsed.result).toEqual({ text: 'b' });
  });

  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"a":[{"\\u005f_proto__":{}}]}',
  ])('cannot reach a prototype: %s', async (body) => {
    expect(await post('anything', body)).toMatchObject({ status: 400, code: 'BODY.FORBIDDEN_KEY' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('with unknown fields are refused by name', async () => {
    const answer = await post('echo', '{"text":"a","role":"admin"}');
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION.FAILED' });
    expect(answer.text).toContain('property role should not exist');
  });

  it.each(['{"text":"a\\u0000b"}', '{"a\\u0000":1}', '{"text":"\\ud800"}', '{"a":[["\\udc00x"]]}', '{"\\ud83d":1}'])(
    'with text nothing can store are 400: %s',
    async (body) => expect(await post('anything', body)).toMatchObject({ status: 400, code: 'BODY.INVALID_TEXT' }),
  );

  it.each(['\u202Eabc', 'a\u200Bb', '👩‍👩‍👧‍👦', `e${'\u0301'.repeat(10_000)}`])('keep every character', async (text) => {
    expect((await post('echo', JSON.stringify({ text }))).parsed.result).toEqual({ text });
  });

  it('with a wrong length are 400', async () => {
    expect((await raw('{}', `Content-Type: ${JSON_TYPE}\r\nContent-Length: 1\r\nConnection: close\r\n`)).status).toBe(
      400,
    );
  });
});
