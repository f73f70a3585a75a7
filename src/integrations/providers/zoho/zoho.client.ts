import type { Clock } from '../../../common/clock.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import type { Secret } from '../../../common/secret.js';
import type { Connection, QuotaReading } from '../../contract/provider.js';
import type { CallBudget, CountedCall, Quotas } from '../../contract/quotas.js';
import type { ZohoAccounts } from '../zoho-accounts/accounts.client.js';
import { originOf } from '../zoho-accounts/data-centres.js';
import { isTokenRefused, meaningOf, readAnswer, unanswered, unreadable, type CallContext } from './zoho.errors.js';
import { budgetOf, readQuotas } from './zoho.quota.js';

export interface ZohoClientOptions {
  http: HttpClient;
  clock: Clock;
  quotas: Quotas;
  accounts: ZohoAccounts;
  /** Origin that stands for every data centre's API; only the operator sets it. */
  projectsUrl?: string;
}

/** By whom a call is made. */
export type Access = Pick<Connection, 'credentials' | 'region' | 'meter'>;

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
    const budget = this.budgetOf(access, call);
    const counted = this.options.quotas.begin([budget], access.meter);
    const response = await this.exchange(access, call, { secrets, counted });
    const answer = readAnswer(response);
    const isSuccess = response.status >= 200 && response.status < 300;
    if (!isSuccess || answer.error !== null) {
      const error = meaningOf(answer, this.contextOf(call, secrets));
      if (error.retryAt !== undefined) await counted.askedToWait(budget.key, error.retryAt);
      throw error;
    }
    if (response.status === 204 || (isWrite && response.text.trim() === '')) return undefined;
    if (answer.value === undefined) throw unreadable('it is not JSON', isWrite);
    return answer.value;
  }

  /** What is left of the route that a walk over `path` reads. */
  readQuotas(connection: Connection, path: string): Promise<QuotaReading[]> {
    const budget = this.budgetOf(connection, { method: 'GET', path });
    return readQuotas(this.options.quotas, budget, this.options.clock.now());
  }

  private exchange(
    access: Access,
    call: Call,
    { secrets, counted }: { secrets: Secret[]; counted: CountedCall },
  ): Promise<HttpResponse> {
    const send = (token: Secret): Promise<HttpResponse> => {
      secrets.push(token);
      return this.options.http.request(this.requestFor(access, call, token, counted)).catch((error: unknown) => {
        throw error instanceof HttpFailure ? unanswered(error, this.contextOf(call, secrets)) : error;
      });
    };
    return this.options.accounts.withToken(access.credentials, access.region, send, isTokenRefused);
  }

  private requestFor({ region }: Access, call: Call, token: Secret, counted: CountedCall): HttpRequest {
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
      counted,
    };
  }

  /**
   * Behind the operator's own address stands a simulator, or a proxy that paces for many of us; what those answer is obeyed all
   * the same.
   */
  private budgetOf({ credentials }: Access, call: Pick<Call, 'method' | 'path'>): CallBudget {
    return budgetOf(credentials.refresh_token, call, this.options.projectsUrl === undefined);
  }

  private contextOf({ method, isLookUp = false }: Call, secrets: readonly Secret[]): CallContext {
    return { isWrite: method !== 'GET', isLookUp, now: this.options.clock.now(), secrets };
  }
}
