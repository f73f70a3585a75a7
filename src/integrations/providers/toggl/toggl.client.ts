import type { Clock } from '../../../common/clock.js';
import { sha256 } from '../../../common/hashing.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import { Secret } from '../../../common/secret.js';
import type { Connection, QuotaReading } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { CountedCall, Quotas } from '../../contract/quotas.js';
import { meaningOf, unanswered, unreadable, type CallContext } from './toggl.errors.js';
import { parseKeepingIds } from './toggl.json.js';
import { budgetsOf, readQuotas, toldBy } from './toggl.quota.js';

export const TOGGL_URL = 'https://api.track.toggl.com/api/v9';

export interface TogglClientOptions {
  /** With `/api/v9`; the vendor's own by default. */
  baseUrl?: string;
  http: HttpClient;
  clock: Clock;
  quotas: Quotas;
}

/** By whom a call is made. */
export type Access = Pick<Connection, 'credentials' | 'meter'>;

interface Call {
  method: HttpRequest['method'];
  path: string;
  query?: Record<string, string>;
  body?: object;
}

/** Toggl's wire: authentication, JSON both ways, failures in the contract's words. */
export class TogglClient {
  private readonly baseUrl: string;
  /**
   * About one call a second is what Toggl's own gateway bears, so only calls to it are spread. Behind an operator's
   * `TOGGL_BASE_URL` stands a simulator, or a proxy that paces for many of us; what those answer (402, 429, `Retry-After`)
   * is obeyed all the same.
   */
  private readonly isVendor: boolean;

  constructor(private readonly options: TogglClientOptions) {
    this.baseUrl = (options.baseUrl ?? TOGGL_URL).replace(/\/+$/, '');
    this.isVendor = this.baseUrl === TOGGL_URL;
  }

  get(access: Access, path: string, query?: Record<string, string>): Promise<unknown> {
    return this.call(access, { method: 'GET', path, query });
  }

  /** A write, sent once. */
  async send(access: Access, method: 'POST' | 'PUT' | 'PATCH', path: string, body?: object): Promise<unknown> {
    return this.call(access, { method, path, body });
  }

  /** Toggl answers a delete with no useful body. */
  async delete(access: Access, path: string): Promise<void> {
    await this.exchange(access, { method: 'DELETE', path });
  }

  async readQuotas({ credentials, workspaceId }: Connection): Promise<QuotaReading[]> {
    const token = credentials.api_token;
    return token === undefined ? [] : readQuotas(this.options.quotas, fingerprint(token), workspaceId);
  }

  private async call(access: Access, call: Call): Promise<unknown> {
    const { text } = await this.exchange(access, call);
    try {
      return parseKeepingIds(text);
    } catch {
      throw unreadable('it is not JSON', call.method !== 'GET');
    }
  }

  private async exchange({ credentials, meter }: Access, call: Call): Promise<HttpResponse> {
    const token = tokenOf(credentials);
    const budgets = budgetsOf(fingerprint(token), call.path, this.isVendor);
    const counted = this.options.quotas.begin([budgets.token, budgets.counted], meter);
    const request = this.requestFor(token, call, counted);
    const context = this.contextOf(token, call);
    const response = await this.options.http.request(request).catch((error: unknown) => {
      throw error instanceof HttpFailure ? unanswered(error, context) : error;
    });
    const now = this.options.clock.now();
    await counted.told(budgets.counted.key, toldBy(response.headers, now));
    if (response.status >= 200 && response.status < 300) return response;
    const error = meaningOf(response, { ...context, now });
    // 402 is about the hour of one budget, anything else that asks to wait about the token.
    const asked = response.status === 402 ? budgets.counted : budgets.token;
    if (error.retryAt !== undefined) await counted.askedToWait(asked.key, error.retryAt);
    throw error;
  }

  private requestFor(token: Secret, call: Call, counted: CountedCall): HttpRequest {
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    return {
      method: call.method,
      url: `${this.baseUrl}${call.path}${query}`,
      headers: {
        authorization: `Basic ${basicOf(token).reveal()}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Timesheet/0.1 (time entry sync)',
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      counted,
    };
  }

  private contextOf(token: Secret, call: Call): CallContext {
    return {
      path: call.path,
      isWrite: call.method !== 'GET',
      now: this.options.clock.now(),
      secrets: [token, basicOf(token)],
    };
  }
}

/** Toggl takes the token as the user name and this literal word as the password. */
const basicOf = (token: Secret): Secret => new Secret(Buffer.from(`${token.reveal()}:api_token`).toString('base64'));

const fingerprint = (token: Secret): string => sha256(token.reveal()).toString('base64url').slice(0, 22);

function tokenOf(credentials: Connection['credentials']): Secret {
  const token = credentials.api_token;
  if (token !== undefined && token.reveal() !== '') return token;
  throw new ProviderError('invalid_credentials', 'api_token is missing');
}
