import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { installBodyDeadlines } from './body-deadlines.js';
import { cutOffSlowRequest } from './fastify-options.js';

let server: FastifyInstance;

afterEach(() => server.close());

/** A server whose route `/long` gives a second for each piece. */
async function open(head: string): Promise<Socket> {
  server = fastify();
  installBodyDeadlines(server, cutOffSlowRequest, 100);
  server.addContentTypeParser('text/slow', (request, payload, done) => {
    if (request.url === '/long') request.bodyDeadline?.extend(3000);
    let bytes = 0;
    payload.on('data', (chunk: Buffer) => (bytes += chunk.length));
    payload.on('end', () => done(null, bytes));
  });
  for (const url of ['/long', '/short']) server.post(url, (request) => `${request.body as number} bytes`);
  const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`${head}\r\nHost: x\r\nConnection: close\r\nContent-Type: text/slow\r\nContent-Length: 2\r\n\r\na`);
  return socket;
}

describe('a body that dribbles in', () => {
  it('is cut off with 408', async () => {
    const answer = await text(await open('POST /short HTTP/1.1'));
    expect(answer).toContain('408 Request Timeout');
    expect(answer).toContain('REQUEST.TIMEOUT');
  });

  it('is waited for where the route gives it more time', async () => {
    const socket = await open('POST /long HTTP/1.1');
    setTimeout(() => socket.write('b'), 400);
    expect(await text(socket)).toContain('2 bytes');
  });
});
