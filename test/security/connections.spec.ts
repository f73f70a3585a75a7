import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { contentsOf } from '../support/rows.js';
import { sized } from '../support/size.js';
import { deliver, running, TOKENS, TOKEN_ENV } from '../support/webhooks.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { ...TOKEN_ENV, ROLE: 'api' } });
});

afterAll(() => app.close());

const head = (path: string, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: x', `Clockify-Signature: ${TOKENS.start}`, ...headers, '', ''].join('\r\n');
const JSON_TYPE = 'Content-Type: application/json';

describe('a connection that is misused', () => {
  it('B23 is closed when a body without a length has no end, long before it has filled the memory', async () => {
    const { hostname, port } = new URL(app.url);
    const before = process.memoryUsage().rss;
    const socket = net.connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()));
    socket.write(head('/webhook/clockify/start', JSON_TYPE, 'Transfer-Encoding: chunked'));
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let sent = 0;
    const pump = () => {
      // A gigabyte, if anybody took it.
      while (!socket.destroyed && sent < 2 ** 30 && socket.write(chunk)) sent += 0x10000;
    };
    socket.on('drain', pump);
    pump();
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(64 * 2 ** 20);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it('B33 goes nowhere by an absolute address or a path upwards', async () => {
    const before = await contentsOf(app);
    for (const path of ['http://evil.example/webhook/clockify/start', '/../../etc/passwd', '*', '//evil.example/x']) {
      const { status, text } = await sendRaw(app.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect([400, 404], text).toContain(status);
      expect(text).not.toContain('root:');
    }
    expect(await contentsOf(app)).toEqual(before);
  });

  it.each([
    ['a bare line feed between headers', `POST /webhook/clockify/start HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}`],
    ['a blank before the colon', head('/webhook/clockify/start', JSON_TYPE, 'Content-Length : 2')],
    ['a folded header', head('/webhook/clockify/start', JSON_TYPE, 'X-A: 1\r\n 2', 'Content-Length: 2')],
    ['a length that is signed', head('/webhook/clockify/start', JSON_TYPE, 'Content-Length: +2')],
    ['a chunk of no length', `${head('/webhook/clockify/start', JSON_TYPE, 'Transfer-Encoding: chunked')}zz\r\n`],
    ['an encoding around the chunks', head('/webhook/clockify/start', JSON_TYPE, 'Transfer-Encoding: chunked, gzip')],
  ])('B35 is closed after %s', async (_what, bytes) => {
    const before = await contentsOf(app);
    const { status, closed } = await sendRaw(app.url, bytes, '{}');
    expect({ status, closed }).toEqual({ status: 400, closed: true });
    expect(await contentsOf(app)).toEqual(before);
  });

  it('B34 holds nobody up: hundreds of half requests, and the others are served', async () => {
    const { hostname, port } = new URL(app.url);
    const count = sized(200, 500);
    const starts = [
      'POST /webhook/cl',
      head('/webhook/clockify/start', JSON_TYPE, 'Content-Length: 500').concat('{"id"'),
    ];
    const sockets = await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const socket = net.connect(Number(port), hostname);
        socket.on('error', () => undefined);
        socket.write(starts[index % 2]!);
        return new Promise<net.Socket>((resolve) => void socket.on('connect', () => resolve(socket)));
      }),
    );
    const dribble = setInterval(() => sockets.forEach((socket) => socket.write('x')), 200);
    try {
      for (let round = 0; round < 5; round += 1) {
        const asked = process.cpuUsage();
        expect((await fetch(`${app.url}/health`)).status).toBe(200);
        expect((await deliver(app.url, 'start', running())).status).toBe(200);
        const { user, system } = process.cpuUsage(asked);
        expect(user + system).toBeLessThan(1_000_000);
      }
    } finally {
      clearInterval(dribble);
      for (const socket of sockets) socket.destroy();
    }
  });

  it('B34 has an end after ten seconds for its headers, and sooner than half a minute for its body', () => {
    const server = app.app.getHttpServer();
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.maxHeadersCount ?? 2000).toBeLessThanOrEqual(2000);
  });
});
