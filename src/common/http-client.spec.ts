import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from './clock.js';
import { HttpClient, retryAfter, type HttpClientOptions } from './http-client.js';
import { HttpFailure } from './http-failure.js';
import { describeCall, type ObservedCall } from './observed-call.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const NOW = new Date('2026-03-02T09:00:00Z');

describe('HttpClient', () => {
  let server: Server;
  let url: string;
  let answers: Answer[];
  let received: IncomingMessage[];
  let waits: number[];

  const text =
    (status: number, body = '', headers: Record<string, string> = {}): Answer =>
    (_request, response) =>
      response.writeHead(status, headers).end(body);

  const client = (options: HttpClientOptions = {}) =>
    new HttpClient({
      clock: new FixedClock(NOW),
      random: () => 0.5,
      sleep: (milliseconds) => Promise.resolve(waits.push(milliseconds)),
      ...options,
    });

  const failureOf = async (promise: Promise<unknown>): Promise<HttpFailure> => {
    const error = await promise.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(HttpFailure);
    return error as HttpFailure;
  };

  beforeEach(async () => {
    answers = [];
    received = [];
    waits = [];
    server = createServer((request, response) => {
      received.push(request);
      (answers.length > 1 ? answers.shift()! : answers[0]!)(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?refresh_token=abcdefgh`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells of every call, repeated ones too, without query and ids', async () => {
    answers = [text(503), (_request, response) => response.destroy(), text(200)];
    const calls: ObservedCall[] = [];
    let now = 0;
    const monotonic = () => (now += 5);
    const withIds = url.replace('/path', '/api/v1/users/64a687e2/entries');
    await client({ onCall: (call) => calls.push(call), monotonic }).request({ method: 'GET', url: withIds });
    const target = `${new URL(url).host}/api/v1/users/:id/entries`;
    expect(calls).toEqual([
      { method: 'GET', target, outcome: 503, milliseconds: 5 },
      { method: 'GET', target, outcome: 'network', milliseconds: 5 },
      { method: 'GET', target, outcome: 200, milliseconds: 5 },
    ]);
    expect(describeCall(calls[1]!)).toBe(`GET ${target} network in 5 ms`);
  });

  it('answers status, headers and text of whatever comes', async () => {
    answers = [text(404, '"nothing"', { 'x-some': 'value' })];
    const response = await client().request({ method: 'GET', url });
    expect([response.status, response.headers.get('x-some'), response.text]).toEqual([404, 'value', '"nothing"']);
  });

  it('tries a read three times, 4 to 10 s apart', async () => {
    answers = [text(503), text(502), text(200, 'at last')];
    expect((await client().request({ method: 'GET', url })).text).toBe('at last');
    expect(waits).toEqual([7000, 7000]);
    waits = [];
    answers = [text(500)];
    await client({ random: () => 0 }).request({ method: 'GET', url });
    await client({ random: () => 1 }).request({ method: 'GET', url });
    expect(waits).toEqual([4000, 4000, 10_000, 10_000]);
  });

  it('answers the last refusal when three tries were not enough', async () => {
    answers = [text(503, 'still away')];
    expect(await client().request({ method: 'GET', url })).toMatchObject({ status: 503, text: 'still away' });
    expect(received).toHaveLength(3);
  });

  it.each([
    ['seconds', '3', 3000],
    ['an HTTP date', 'Mon, 02 Mar 2026 09:00:20 GMT', 20_000],
    ['a date gone by', 'Mon, 02 Mar 2026 08:00:00 GMT', 0],
    ['nonsense', 'soon', 7000],
  ])('waits as Retry-After says: %s', async (_kind, value, wait) => {
    answers = [text(429, '', { 'retry-after': value }), text(200)];
    await client().request({ method: 'GET', url });
    expect(waits).toEqual([wait]);
  });

  it('does not wait out a long Retry-After, but hands the answer on', async () => {
    answers = [text(429, '', { 'retry-after': '600' })];
    expect((await client().request({ method: 'GET', url })).status).toBe(429);
    expect(received).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('scales every wait between tries', async () => {
    answers = [text(503), text(429, '', { 'retry-after': '10' }), text(200)];
    await client({ retryScale: 0.01 }).request({ method: 'GET', url });
    expect(waits).toEqual([70, 100]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('never repeats a %s', async (method) => {
    answers = [text(503)];
    expect((await client().request({ method, url, body: '{}' })).status).toBe(503);
    answers = [(request) => request.socket.destroy()];
    await failureOf(client().request({ method, url, body: '{}' }));
    expect(received).toHaveLength(2);
    expect(waits).toEqual([]);
  });

  it('does not repeat a read that was refused for good', async () => {
    answers = [text(400)];
    await client().request({ method: 'GET', url });
    expect(received).toHaveLength(1);
  });

  it('says that a broken connection may have carried the write out', async () => {
    answers = [(request) => request.socket.destroy()];
    const failure = await failureOf(client().request({ method: 'POST', url, body: '{}' }));
    expect([failure.kind, failure.isAmbiguous]).toEqual(['network', true]);
  });

  it('says that a refused connection or an unknown host did nothing', async () => {
    await new Promise((resolve) => server.close(resolve));
    for (const target of [url, 'http://host.invalid/']) {
      const failure = await failureOf(client().request({ method: 'POST', url: target, body: '{}' }));
      expect([failure.kind, failure.isAmbiguous]).toEqual(['network', false]);
    }
  });

  it('retries a read over broken connections', async () => {
    answers = [(request) => request.socket.destroy(), text(200, 'there')];
    expect((await client().request({ method: 'GET', url })).text).toBe('there');
  });

  it('gives up when no answer comes in time, and retries that for reads', async () => {
    answers = [() => undefined];
    const impatient = client({ timeoutMilliseconds: 80 });
    const write = await failureOf(impatient.request({ method: 'POST', url, body: '{}' }));
    expect([write.kind, write.isAmbiguous, received.length]).toEqual(['timeout', true, 1]);
    await failureOf(impatient.request({ method: 'GET', url }));
    expect(received).toHaveLength(4);
  });

  it('aborts an answer that drips past the total timeout, without another try', async () => {
    answers = [
      (_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
    ];
    const failure = await failureOf(client({ timeoutMilliseconds: 150 }).request({ method: 'GET', url }));
    expect([failure.kind, received.length]).toEqual(['timeout', 1]);
  });

  it('stops reading at the size limit', async () => {
    let sent = 0;
    answers = [
      (_request, response) => {
        const more = () => {
          while (!response.destroyed && sent < 50_000_000) {
            sent += 100_000;
            if (!response.write(Buffer.alloc(100_000))) return void response.once('drain', more);
          }
          response.end();
        };
        more();
      },
    ];
    const failure = await failureOf(client({ maxBodyBytes: 1_000_000 }).request({ method: 'GET', url }));
    expect(failure.kind).toBe('too_large');
    expect(received).toHaveLength(1);
    expect(sent).toBeLessThan(50_000_000);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i, so the credentials go nowhere', async (status) => {
    answers = [text(status, '', { location: `${url}&elsewhere` })];
    const headers = { authorization: 'Basic c2VjcmV0OnNlY3JldA==' };
    const failure = await failureOf(client().request({ method: 'GET', url, headers }));
    expect(failure.kind).toBe('redirect');
    expect(received).toHaveLength(1);
  });

  it('names the host in a failure, never path, query or headers', async () => {
    answers = [(request) => request.socket.destroy()];
    const headers = { authorization: 'Basic c2VjcmV0OnNlY3JldA==' };
    const failure = await failureOf(client().request({ method: 'POST', url, headers }));
    expect(failure.message).toContain('127.0.0.1');
    expect(failure.message).not.toMatch(/abcdefgh|path|c2Vj/);
  });

  describe('that is counted', () => {
    const counting = (refuseAt = Infinity) => {
      const seen = { admitted: 0, givenBack: 0 };
      const admit = () => {
        if (++seen.admitted >= refuseAt) return Promise.reject(new Error('not now'));
        return Promise.resolve();
      };
      const giveBack = () => Promise.resolve(void (seen.givenBack += 1));
      return { seen, counted: { admit, giveBack } };
    };

    it('asks before every single try', async () => {
      answers = [text(503), text(503), text(200)];
      const { seen, counted } = counting();
      await client().request({ method: 'GET', url, counted });
      expect([seen, received.length]).toEqual([{ admitted: 3, givenBack: 0 }, 3]);
    });

    it('sends nothing that is not admitted, and says why', async () => {
      answers = [text(503)];
      const { seen, counted } = counting(2);
      await expect(client().request({ method: 'GET', url, counted })).rejects.toThrow('not now');
      expect([seen.admitted, received.length]).toEqual([2, 1]);
    });

    it('gives back what never left this machine, and nothing else', async () => {
      const { seen, counted } = counting();
      await failureOf(client().request({ method: 'POST', url: 'http://no-such-host.invalid/', counted }));
      expect(seen).toEqual({ admitted: 1, givenBack: 1 });
      answers = [(request) => request.socket.destroy()];
      await failureOf(client().request({ method: 'POST', url, counted }));
      expect(seen).toEqual({ admitted: 2, givenBack: 1 });
    });
  });
});

describe('retryAfter', () => {
  it('is null without a usable header', () => {
    expect(retryAfter(new Headers(), NOW)).toBeNull();
    expect(retryAfter(new Headers({ 'retry-after': '' }), NOW)).toBeNull();
  });
});
