import type { Clock } from '../../../common/clock.js';
import { sha256 } from '../../../common/hashing.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import type { Pace } from '../../../common/pacer.js';
import type { Secret } from '../../../common/secret.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import { meaningOf, unanswered, unreadable, type CallContext } from './clockify.errors.js';
import { QuotaMemory, type ClockifyQuota } from './clockify.quota.js';

/** Clockify's data centres. Users choose a name; a host never comes from outside. */
const URLS: Readonly<Record<string, string>> = {
  global: 'https://api.clockify.me/api/v1',
  euc1: 'https://euc1.clockify.me/api/v1',
  use2: 'https://use2.clockify.me/api/v1',
  euw2: 'https://euw2.clockify.me/api/v1',
  apse2: 'https://apse2.clockify.me/api/v1',
};
export const REGIONS: readonly string[] = Object.keys(URLS);
export const REQUESTS_PER_SECOND = 10;

/** What a call needs to know of a connection. */
export type Access = Pick<Connection, 'credentials' | 'region'>;

export interface ClockifyClientOptions {
  /** With `/api/v1`, for every region; the vendor's own by default. */
  baseUrl?: string;
  http: HttpClient;
  clock: Clock;
}

export interface Page {
  value: unknown;
  /** As the service said; `null` when it did not. */
  isLast: boolean | null;
}

interface Call {
  method: HttpRequest['method'];
  path: string;
  query?: Record<string, string>;
  body?: object;
}

/** Clockify's wire: authentication, JSON both ways, failures in the contract's words. */
export class ClockifyClient {
  private readonly baseUrl: string | null;
  private readonly quotas = new QuotaMemory();

  constructor(private readonly options: ClockifyClientOptions) {
    this.baseUrl = options.baseUrl?.replace(/\/+$/, '') ?? null;
  }

  async get(access: Access, path: string, query?: Record<string, string>): Promise<unknown> {
    return (await this.page(access, path, query)).value;
  }

  async page(access: Access, path: string, query?: Record<string, string>): Promise<Page> {
    const { headers, text } = await this.exchange(access, { method: 'GET', path, query });
    const isLast = headers.get('last-page')?.trim().toLowerCase();
    return { value: parse(text, false), isLast: isLast === 'true' || isLast === 'false' ? isLast === 'true' : null };
  }

  /** A write, sent once. */
  async send(access: Access, method: 'POST' | 'PUT' | 'PATCH', path: string, body: object): Promise<unknown> {
    const { text } = await this.exchange(access, { method, path, body });
    return parse(text, true);
  }

  /** Clockify answers a delete with 204 and no body. */
  async delete(access: Access, path: string): Promise<void> {
    await this.exchange(access, { method: 'DELETE', path });
  }

  quota(access: Access): ClockifyQuota | null {
    const key = access.credentials.api_key;
    return key === undefined ? null : this.quotas.read(fingerprint(key), this.options.clock.now());
  }

  /** Tells credentials apart without being one. */
  fingerprintOf(access: Access): string {
    return fingerprint(keyOf(access));
  }

  private async exchange(access: Access, call: Call): Promise<HttpResponse> {
    const key = keyOf(access);
    const credential = fingerprint(key);
    const context = (): CallContext => ({
      isWrite: call.method !== 'GET',
      now: this.options.clock.now(),
      backOffSeconds: this.quotas.backOffSeconds(credential),
      secrets: [key],
    });
    const response = await this.options.http.request(this.requestFor(access, key, call)).catch((error: unknown) => {
      throw error instanceof HttpFailure ? unanswered(error, context()) : error;
    });
    this.quotas.record(credential, response.status, response.headers, this.options.clock.now());
    if (response.status >= 200 && response.status < 300) return response;
    throw meaningOf(response, context());
  }

  private requestFor(access: Access, key: Secret, call: Call): HttpRequest {
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    return {
      method: call.method,
      url: `${this.urlOf(access.region)}${call.path}${query}`,
      headers: {
        'x-api-key': key.reveal(),
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Timesheet/0.1 (time entry sync)',
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      pace: this.paceOf(key),
    };
  }

  private urlOf(region: string | null): string {
    const name = region ?? 'global';
    const url = Object.hasOwn(URLS, name) ? URLS[name] : undefined;
    if (url === undefined) throw new ProviderError('rejected', `region must be one of ${REGIONS.join(', ')}`);
    return this.baseUrl ?? url;
  }

  /**
   * Evenly, so that no second sees more than it may. Only towards Clockify itself: behind an operator's `CLOCKIFY_BASE_URL`
   * stands a simulator, or a proxy that paces for many of us; what those answer (429, `Retry-After`) is obeyed all the same.
   */
  private paceOf(key: Secret): Pace | undefined {
    if (this.baseUrl !== null && !Object.values(URLS).includes(this.baseUrl)) return undefined;
    return { key: `clockify ${fingerprint(key)}`, requestsPerSecond: REQUESTS_PER_SECOND, burst: 1 };
  }
}

function parse(text: string, isWrite: boolean): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unreadable('it is not JSON', isWrite);
  }
}

const fingerprint = (key: Secret): string => sha256(key.reveal()).toString('base64url').slice(0, 22);

function keyOf({ credentials }: Access): Secret {
  const key = credentials.api_key;
  if (key !== undefined && key.reveal() !== '') return key;
  throw new ProviderError('invalid_credentials', 'api_key is missing');
}
