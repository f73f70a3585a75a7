import type { Clock } from '../../../common/clock.js';
import { sha256 } from '../../../common/hashing.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import type { Pace } from '../../../common/pacer.js';
import type { Secret } from '../../../common/secret.js';
import type { Connection } from '../../contract/provider.js';
import type { ZohoAccounts } from '../zoho-accounts/accounts.client.js';
import { originOf } from '../zoho-accounts/data-centres.js';
import { isTokenRefused, meaningOf, readAnswer, unanswered, unreadable, type CallContext } from './zoho.errors.js';

/**
 * Zoho allows 100 calls to a route in two minutes and shuts out for half an hour whoever makes more, so we stay at 80: a
 * handful at once, the rest evenly.
 */
export const REQUESTS_PER_SECOND = 0.5;
const BURST = 20;

export interface ZohoClientOptions {
  http: HttpClient;
  clock: Clock;
  accounts: ZohoAccounts;
  /** Origin that stands for every data centre's API; only the operator sets it. */
  projectsUrl?: string;
}

/** By whom a call is made. */
export type Access = Pick<Connection, 'credentials' | 'region'>;

export interface Call {
  method: HttpRequest['method'];
  /** Below `/api/v3`. */
  path: string;
  query?: Record<string, string>;
  json?: object;
  form?: Record<string, string>;
  isLookUp?: boolean;
}

/** Zoho Projects' wire: token, JSON and forms, failures in the contract's words. */
export class ZohoClient {
  constructor(private readonly options: ZohoClientOptions) {}

  /** The decoded body; `undefined` where Zoho says "no content". */
  async call(access: Access, call: Call): Promise<unknown> {
    const isWrite = call.method !== 'GET';
    const secrets = Object.entries(access.credentials)
      .filter(([name]) => name !== 'portal_id')
      .map(([, value]) => value);
    const response = await this.exchange(access, call, secrets);
    const answer = readAnswer(response);
    const isSuccess = response.status >= 200 && response.status < 300;
    if (!isSuccess || answer.error !== null) throw meaningOf(answer, this.contextOf(call, secrets));
    if (response.status === 204 || (isWrite && response.text.trim() === '')) return undefined;
    if (answer.value === undefined) throw unreadable('it is not JSON', isWrite);
    return answer.value;
  }

  private exchange(access: Access, call: Call, secrets: Secret[]): Promise<HttpResponse> {
    const send = (token: Secret): Promise<HttpResponse> => {
      secrets.push(token);
      return this.options.http.request(this.requestFor(access, call, token)).catch((error: unknown) => {
        throw error instanceof HttpFailure ? unanswered(error, this.contextOf(call, secrets)) : error;
      });
    };
    return this.options.accounts.withToken(access.credentials, access.region, send, isTokenRefused);
  }

  private requestFor({ credentials, region }: Access, call: Call, token: Secret): HttpRequest {
    const base = `${this.options.projectsUrl?.replace(/\/+$/, '') ?? originOf('projects', region)}/api/v3`;
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    return {
      method: call.method,
      url: `${base}${call.path}${query}`,
      headers: {
        authorization: `Zoho-oauthtoken ${token.reveal()}`,
        accept: 'application/json',
        'user-agent': 'Timesheet/0.1 (time entry sync)',
        ...(call.json !== undefined && { 'content-type': 'application/json' }),
        ...(call.form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body:
        call.form === undefined ? call.json && JSON.stringify(call.json) : new URLSearchParams(call.form).toString(),
      pace: this.paceOf(credentials, call),
    };
  }

  /**
   * Zoho counts by route. Behind the operator's own address stands a simulator, or a proxy that paces for many of us; what
   * those answer is obeyed all the same.
   */
  private paceOf(credentials: Connection['credentials'], { method, path }: Call): Pace | undefined {
    if (this.options.projectsUrl !== undefined) return undefined;
    const who = sha256(credentials.refresh_token?.reveal() ?? '')
      .toString('base64url')
      .slice(0, 22);
    const route = path.replaceAll(/\/\d+/g, '/:id');
    return { key: `zoho ${who} ${method} ${route}`, requestsPerSecond: REQUESTS_PER_SECOND, burst: BURST };
  }

  private contextOf({ method, isLookUp = false }: Call, secrets: readonly Secret[]): CallContext {
    return { isWrite: method !== 'GET', isLookUp, now: this.options.clock.now(), secrets };
  }
}
