import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultQueue, type FaultAction } from './faults.js';

export interface SimulatedRequest {
  method: string;
  /** Below the base path, without query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface SimulatedAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** One line of the ledger of calls. */
export interface RecordedCall extends SimulatedRequest {
  at: Date;
  fault: FaultAction | null;
  /** What the service would have answered or did answer; `null` when the call was not carried out. */
  status: number | null;
}

export const NGINX_PAGE = (status: number, text: string): string =>
  `<html>\r\n<head><title>${status} ${text}</title></head>\r\n<body>\r\n<center><h1>${status} ${text}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;

const WEB_PAGE = { status: 200, headers: { 'content-type': 'text/html' }, body: NGINX_PAGE(200, 'OK') };
const OVERSIZE_BYTES = 64 * 1024 * 1024;

/** A stand-in of an outside service over real HTTP: keeps a ledger of every call and plays scripted faults. */
export abstract class HttpSimulator {
  readonly calls: RecordedCall[] = [];
  readonly faults = new FaultQueue();
  /** Between two bytes of a `slow` answer. */
  dripMilliseconds = 100;
  /** Before each call is carried out. */
  latencyMilliseconds = 0;
  private server: Server | null = null;

  /** @param basePath every route lies below it, e.g. `/api/v9` */
  protected constructor(private readonly basePath: string) {}

  /** Carries the call out. */
  protected abstract answer(request: SimulatedRequest): SimulatedAnswer;

  async start(port = 0, host = '127.0.0.1'): Promise<void> {
    const server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    this.server = server;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (server === null) return;
    this.server = null;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** With the base path. */
  get url(): string {
    if (this.server === null) throw new Error('The simulator is not running.');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.basePath}`;
  }

  callsTo(method: string, path: RegExp): RecordedCall[] {
    return this.calls.filter((call) => call.method === method && path.test(call.path));
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.read(incoming);
    if (request === null) return send(response, { status: 404, body: '404 page not found\n' });
    const fault = this.faults.take(request);
    const call: RecordedCall = { ...request, at: new Date(), fault, status: null };
    this.calls.push(call);
    const carryOut = (): SimulatedAnswer => {
      const answer = this.answer(request);
      call.status = answer.status;
      return answer;
    };
    if (this.latencyMilliseconds > 0) await sleep(this.latencyMilliseconds, undefined, { ref: false });
    if (fault === null) return send(response, carryOut());
    this.play(fault, response, carryOut);
  }

  private async read(incoming: IncomingMessage): Promise<SimulatedRequest | null> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://simulator');
    if (!url.pathname.startsWith(`${this.basePath}/`)) return null;
    return {
      method: incoming.method ?? 'GET',
      path: url.pathname.slice(this.basePath.length),
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
  }

  private play(fault: FaultAction, response: ServerResponse, carryOut: () => SimulatedAnswer): void {
    if (typeof fault === 'function') return send(response, fault());
    if (typeof fault === 'object') return send(response, fault);
    const players: Record<Extract<FaultAction, string>, () => void> = {
      'reset-before': () => reset(response),
      timeout: () => undefined,
      html: () => send(response, WEB_PAGE),
      oversize: () => flood(response),
      'create-then-reset': () => {
        carryOut();
        reset(response);
      },
      'create-then-garbage': () => {
        carryOut();
        send(response, { status: 200, body: '\u0000\u0001 not { json' });
      },
      'create-then-empty': () => {
        carryOut();
        send(response, { status: 204 });
      },
      'create-then-timeout': () => void carryOut(),
      slow: () => this.drip(response, carryOut()),
      truncated: () => {
        const { body = '', ...answer } = carryOut();
        send(response, { ...answer, body: body.slice(0, Math.floor(body.length / 2)) });
      },
    };
    players[fault]();
  }

  private drip(response: ServerResponse, answer: SimulatedAnswer): void {
    const bytes = Buffer.from(answer.body ?? '');
    response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, sent + 1));
      sent += 1;
      if (sent >= bytes.length) response.end();
    }, this.dripMilliseconds);
    response.on('close', () => clearInterval(timer));
  }
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function send(response: ServerResponse, { status, headers, body = '' }: SimulatedAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
  response.end(bytes);
}

/** Spaces, which are valid JSON as far as they go, for as long as the caller takes them. */
function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(256 * 1024, ' ');
  let sent = 0;
  const more = (): void => {
    while (sent < OVERSIZE_BYTES && !response.destroyed) {
      sent += chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
