import type { Clock } from '../../../common/clock.js';
import { sha256 } from '../../../common/hashing.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import type { Secret } from '../../../common/secret.js';
import type { Connection, QuotaReading } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { CountedCall, Quotas } from '../../contract/quotas.js';
import { meaningOf, unanswered, unreadable, type CallContext } from './clockify.errors.js';
import { backOffSeconds, budgetsOf, FREE_PLAN, readQuotas, toldBy, workspaceKey } from './clockify.quota.js';

/** Clockify's data centres. Users choose a name; a host never comes from outside. */
const URLS: Readonly<Record<string, string>> = {
  global: 'https://api.clockify.me/api/v1',
  euc1: 'https://euc1.clockify.me/api/v1',
  use2: 'https://use2.clockify.me/api/v1',
  euw2: 'https://euw2.clockify.me/api/v1',
  apse2: 'https://apse2.clockify.me/api/v1',
};
export const REGIONS: readonly string[] = Object.keys(URLS);

/** What a call needs to know of a connection. */
export type Access = Pick<Connection, 'credentials' | 'region' | 'meter'>;

export interface ClockifyClientOptions {
  /** With `/api/v1`, for every region; the vendor's own by default. */
  baseUrl?: string;
  http: HttpClient;
  clock: Clock;
  quotas: Quotas;
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

  async readQuotas({ credentials, region, workspaceId }: Connection): Promise<QuotaReading[]> {
    const key = credentials.api_key;
    if (key === undefined) return [];
    const host = this.hostOf(region);
    return readQuotas(this.options.quotas, { credential: fingerprint(key), host, workspaceId });
  }

  /** The plan decides how many calls a workspace has; it is told when an account is verified. */
  async planIs({ region }: Access, workspaceId: string, isFree: boolean): Promise<void> {
    await this.options.quotas.declare(workspaceKey(this.hostOf(region), workspaceId), isFree ? FREE_PLAN : null);
  }

  /** Tells credentials apart without being one. */
  fingerprintOf(access: Access): string {
    return fingerprint(keyOf(access));
  }

  private async exchange(access: Access, call: Call): Promise<HttpResponse> {
    const key = keyOf(access);
    const budgets = budgetsOf(fingerprint(key), this.hostOf(access.region), call.path, this.isVendor);
    const { quotas, http, clock } = this.options;
    const counted = quotas.begin(
      [budgets.key, budgets.workspace].filter((budget) => budget !== null),
      access.meter,
    );
    // Where the hour of the workspace is limited, a refusal is about that, otherwise about the key.
    const asked = () =>
      (budgets.workspace && counted.known(budgets.workspace.key).isCounted ? budgets.workspace : budgets.key).key;
    const context = (): CallContext => ({
      isWrite: call.method !== 'GET',
      now: clock.now(),
      backOffSeconds: backOffSeconds(counted.known(asked()).refusals),
      secrets: [key],
    });
    const response = await http.request(this.requestFor(access, key, call, counted)).catch((error: unknown) => {
      throw error instanceof HttpFailure ? unanswered(error, context()) : error;
    });
    if (budgets.workspace !== null) await counted.told(budgets.workspace.key, toldBy(response.headers, clock.now()));
    const isSuccess = response.status >= 200 && response.status < 300;
    const error = isSuccess ? null : meaningOf(response, context());
    if (error?.retryAt === undefined) await counted.answered();
    else await counted.askedToWait(asked(), error.retryAt);
    if (error === null) return response;
    throw error;
  }

  private requestFor(access: Access, key: Secret, call: Call, counted: CountedCall): HttpRequest {
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
      counted,
    };
  }

  private urlOf(region: string | null): string {
    const name = region ?? 'global';
    const url = Object.hasOwn(URLS, name) ? URLS[name] : undefined;
    if (url === undefined) throw new ProviderError('rejected', `region must be one of ${REGIONS.join(', ')}`);
    return this.baseUrl ?? url;
  }

  private hostOf(region: string | null): string {
    return new URL(this.urlOf(region)).host;
  }

  /**
   * Behind an operator's `CLOCKIFY_BASE_URL` stands a simulator, or a proxy that paces for many of us; what those answer (429,
   * `Retry-After`) is obeyed all the same.
   */
  private get isVendor(): boolean {
    return this.baseUrl === null || Object.values(URLS).includes(this.baseUrl);
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
