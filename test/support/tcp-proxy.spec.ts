import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy, type ProxyMode } from './tcp-proxy.js';

/** What comes of a question to an echo within half a second. */
async function ask(port: number, socket = net.connect(port, '127.0.0.1')) {
  const outcome = { text: '', end: 'silence', milliseconds: 0 };
  const asked = performance.now();
  const ended = new Promise<void>((resolve) => {
    const end = (how: string) => {
      outcome.end = how;
      resolve();
    };
    socket.on('data', (piece) => {
      outcome.text += String(piece);
      outcome.milliseconds = performance.now() - asked;
      if (outcome.text === 'question') end('answer');
    });
    socket.on('end', () => end('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code!));
  });
  socket.write('question');
  await Promise.race([ended, sleep(500)]);
  return outcome;
}

describe('the proxy of the fault tests', () => {
  let echo: net.Server;
  let proxy: TcpProxy;
  let port: number;

  beforeEach(async () => {
    echo = net.createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    proxy = await TcpProxy.before('127.0.0.1', (echo.address() as net.AddressInfo).port);
    port = Number(new URL(proxy.through('http://x')).port);
    proxy.truncateBytes = 3;
  });

  afterEach(async () => {
    await proxy.close();
    await new Promise((resolve) => echo.close(resolve));
  });

  it.each<[ProxyMode, string, string]>([
    ['pass', 'answer', 'question'],
    ['refuse', 'ECONNREFUSED', ''],
    ['black-hole', 'silence', ''],
    ['reset', 'ECONNRESET', ''],
    ['truncate', 'end', 'que'],
  ])('%s: %s', async (mode, end, text) => {
    await proxy.become(mode);
    expect(await ask(port)).toMatchObject({ end, text });
    await proxy.become('pass');
    expect(await ask(port)).toMatchObject({ end: 'answer' });
  });

  it('slow: answers late', async () => {
    await proxy.become('slow');
    const outcome = await ask(port);
    expect(outcome).toMatchObject({ end: 'answer' });
    expect(outcome.milliseconds).toBeGreaterThanOrEqual(proxy.slowMilliseconds);
  });

  it('swallows a line that was open for good, and lets new ones pass again', async () => {
    const open = net.connect(port, '127.0.0.1');
    expect(await ask(port, open)).toMatchObject({ end: 'answer' });
    await proxy.become('black-hole');
    open.removeAllListeners();
    expect(await ask(port, open)).toMatchObject({ end: 'silence' });
    await proxy.become('pass');
    open.removeAllListeners();
    expect(await ask(port, open)).toMatchObject({ end: 'silence' });
    expect(await ask(port)).toMatchObject({ end: 'answer' });
    open.destroy();
  });

  it('resets a line that was open', async () => {
    const open = net.connect(port, '127.0.0.1');
    expect(await ask(port, open)).toMatchObject({ end: 'answer' });
    open.removeAllListeners();
    const broken = new Promise((resolve) => open.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)));
    await proxy.become('reset');
    expect(await broken).toBe('ECONNRESET');
  });
});
