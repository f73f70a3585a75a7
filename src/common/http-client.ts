import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, SystemClock } from './clock.js';
import { HttpFailure, toHttpFailure } from './http-failure.js';
import { targetOf, type ObservedCall } from './observed-call.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Counts every single try against the service's limits. */
  counted?: CountedTries;
}

export interface CountedTries {
  /** Waits for the try's turn. Whatever it throws is the outcome of the call. */
  admit(): Promise<void>;
  /** The try did not leave this machine. */
  giveBack(): Promise<void>;
}

export interface HttpResponse {
  status: number;
  headers: Headers;
  text: string;
}

export interface HttpClientOptions {
  clock?: Clock;
  /** For everything: connecting, waiting for the answer, reading it to its end. */
  timeoutMilliseconds?: number;
  maxBodyBytes?: number;
  /** Factor on every wait between tries, `Retry-After` included: tests set it near 0. */
  retryScale?: number;
  sleep?: (milliseconds: number) => Promise<unknown>;
  random?: () => number;
  /** Milliseconds that only ever go forward; tells how long calls take. */
  monotonic?: () => number;
  /** Told of every single call, repeated ones too, once it is over. */
  onCall?: (call: ObservedCall) => void;
}

const TRIES = 3;
const SHORTEST_WAIT = 4_000;
const LONGEST_WAIT = 10_000;
/** A server that asks for more than this is answered by a later run, not by a call that hangs. */
const LONGEST_RETRY_AFTER = 30_000;
const PASSING_STATUSES = new Set([429, 500, 502, 503, 504]);

/**
 * Calls to outside services. Reads (GET) are tried three times, 4 to 10 s apart or as `Retry-After` says; writes exactly
 * once, because only the provider can find out whether one was carried out. Redirects are never followed: the
 * credentials would go along. The caller decodes the body.
 */
export class HttpClient {
  private readonly clock: Clock;
  private readonly timeoutMilliseconds: number;
  private readonly maxBodyBytes: number;
  private readonly retryScale: number;
  private readonly sleep: (milliseconds: number) => Promise<unknown>;
  private readonly random: () => number;
  private readonly monotonic: () => number;
  private readonly onCall: (call: ObservedCall) => void;

  constructor(options: HttpClientOptions = {}) {
    this.clock = options.clock ?? new SystemClock();
    this.timeoutMilliseconds = options.timeoutMilliseconds ?? 15_000;
    this.maxBodyBytes = options.maxBodyBytes ?? 5 * 1024 * 1024;
    this.retryScale = options.retryScale ?? 1;
    this.sleep = options.sleep ?? ((milliseconds) => delay(milliseconds));
    this.random = options.random ?? Math.random;
    this.monotonic = options.monotonic ?? (() => performance.now());
    this.onCall = options.onCall ?? (() => undefined);
  }

  /**
   * The answer, whatever its status (except 3xx).
   * @throws HttpFailure when there is no complete answer
   */
  async request(request: HttpRequest): Promise<HttpResponse> {
    if (request.method !== 'GET') return this.attempt(request);
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.attempt(request).catch((error: unknown) => asPassingFailure(error));
      const wait = tries < TRIES ? this.waitAfter(outcome) : null;
      if (wait !== null) await this.sleep(wait * this.retryScale);
      else if (outcome instanceof HttpFailure) throw outcome;
      else return outcome;
    }
  }

  /** Milliseconds until the next try, or `null` when this outcome is final. */
  private waitAfter(outcome: HttpResponse | HttpFailure): number | null {
    const jittered = SHORTEST_WAIT + this.random() * (LONGEST_WAIT - SHORTEST_WAIT);
    if (outcome instanceof HttpFailure) return jittered;
    if (!PASSING_STATUSES.has(outcome.status)) return null;
    const asked = retryAfter(outcome.headers, this.clock.now());
    if (asked === null) return jittered;
    const wait = Math.max(0, asked.getTime() - this.clock.now().getTime());
    return wait > LONGEST_RETRY_AFTER ? null : wait;
  }

  private async attempt(request: HttpRequest): Promise<HttpResponse> {
    await request.counted?.admit();
    const began = this.monotonic();
    const tell = (outcome: ObservedCall['outcome']): void =>
      this.onCall({
        method: request.method,
        target: targetOf(request.url),
        outcome,
        milliseconds: this.monotonic() - began,
      });
    try {
      const response = await this.exchange(request);
      tell(response.status);
      return response;
    } catch (error) {
      if (error instanceof HttpFailure) {
        tell(error.kind);
        if (!error.isAmbiguous) await request.counted?.giveBack();
      }
      throw error;
    }
  }

  private async exchange(request: HttpRequest): Promise<HttpResponse> {
    const signal = AbortSignal.timeout(this.timeoutMilliseconds);
    let hasHead = false;
    try {
      const { method, headers, body } = request;
      const response = await fetch(request.url, { method, headers, body, redirect: 'manual', signal });
      hasHead = true;
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw new HttpFailure('redirect', 'the answer was a redirect, which is not followed', { isAmbiguous: true });
      }
      return { status: response.status, headers: response.headers, text: await this.read(response) };
    } catch (error) {
      throw toHttpFailure(error, request.url, hasHead);
    }
  }

  private async read(response: Response): Promise<string> {
    if (response.body === null) return '';
    const chunks: Uint8Array[] = [];
    let size = 0;
    // Leaving the loop by an exception cancels the stream, so nothing more is received.
    for await (const chunk of response.body) {
      size += chunk.byteLength;
      if (size > this.maxBodyBytes) {
        throw new HttpFailure('too_large', `the answer is larger than ${this.maxBodyBytes} bytes`, {
          isAmbiguous: true,
        });
      }
      chunks.push(chunk);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
  }
}

/** Failures that another try may mend are handed back, the others thrown on. */
function asPassingFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure && error.isPassing) return error;
  throw error;
}

/** When a `Retry-After` header (seconds or an HTTP date) allows the next call; `null` without a usable one. */
export function retryAfter(headers: Headers, now: Date): Date | null {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return null;
  if (/^\d{1,9}$/.test(value)) return new Date(now.getTime() + Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : new Date(date);
}
