import type { Clock } from '../../../common/clock.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import type { Pace } from '../../../common/pacer.js';
import type { Secret } from '../../../common/secret.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { ZohoAccounts } from '../zoho-accounts/accounts.client.js';
import { originOf } from '../zoho-accounts/data-centres.js';
import { isTokenRefused, meaningOf, readAnswer, unanswered, unreadable, type CallContext } from './desk.errors.js';
import { QuotaMemory, type DeskQuota } from './desk.quota.js';
import { isId } from './desk.shapes.js';
import { InFlight } from './in-flight.js';

/** Desk limits credits by the day and calls at once, not calls by the second; this spreads them out. */
export const REQUESTS_PER_SECOND = 2;
const BURST = 10;
/** The smallest edition allows five calls at once, and the customer's other tools count too. */
const MOST_AT_ONCE = 2;

export interface DeskClientOptions {
  http: HttpClient;
  clock: Clock;
  accounts: ZohoAccounts;
  /** Origin that stands for every data centre's API; only the operator sets it. */
  deskUrl?: string;
}

/** By whom a call is made, and in which organization; `null` only where none is known yet. */
export interface Access extends Pick<Connection, 'credentials' | 'region'> {
  workspaceId: string | null;
}

export interface Call {
  method: HttpRequest['method'];
  /** Below `/api/v1`. */
  path: string;
  query?: Record<string, string>;
  json?: object;
}

/** Zoho Desk's wire: token, organization, JSON both ways, failures in the contract's words. */
export class DeskClient {
  private readonly quotas = new QuotaMemory();
  private readonly inFlight = new InFlight(MOST_AT_ONCE);

  constructor(private readonly options: DeskClientOptions) {}

  /** The decoded body; `undefined` for "no content", which is an empty list, and for a write that answers no body. */
  async call(access: Access, call: Call): Promise<unknown> {
    const isWrite = call.method !== 'GET';
    const secrets = Object.entries(access.credentials)
      .filter(([name]) => name !== 'org_id')
      .map(([, value]) => value);
    const exchange = () => this.exchange(access, call, secrets);
    // Without an organization yet, nobody shares anything.
    const isShared = access.workspaceId !== null;
    const response = await (isShared ? this.inFlight.run(portalKey(access), exchange) : exchange());
    this.quotas.record(portalKey(access), response.headers, this.options.clock.now());
    const answer = readAnswer(response);
    const isSuccess = response.status >= 200 && response.status < 300;
    if (!isSuccess || answer.error !== null) throw meaningOf(answer, this.contextOf(call, secrets));
    if (response.status === 204 || (isWrite && response.text.trim() === '')) return undefined;
    if (answer.value === undefined && call.method !== 'DELETE') throw unreadable('it is not JSON', isWrite);
    return answer.value;
  }

  quota(access: Access): DeskQuota | null {
    return this.quotas.read(portalKey(access), this.options.clock.now());
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

  private requestFor(access: Access, call: Call, token: Secret): HttpRequest {
    const base = `${this.options.deskUrl?.replace(/\/+$/, '') ?? originOf('desk', access.region)}/api/v1`;
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    return {
      method: call.method,
      url: `${base}${call.path}${query}`,
      headers: {
        authorization: `Zoho-oauthtoken ${token.reveal()}`,
        accept: 'application/json',
        'user-agent': 'Timesheet/0.1 (time entry sync)',
        ...(access.workspaceId !== null && { orgId: checkedId(access.workspaceId, 'organization') }),
        ...(call.json !== undefined && { 'content-type': 'application/json' }),
      },
      body: call.json && JSON.stringify(call.json),
      pace: this.paceOf(access),
    };
  }

  /**
   * Only towards Zoho itself. Behind the operator's own address stands a simulator, or a proxy that paces for many of us;
   * what those answer is obeyed all the same.
   */
  private paceOf(access: Access): Pace | undefined {
    if (this.options.deskUrl !== undefined) return undefined;
    return { key: `zoho_desk ${portalKey(access)}`, requestsPerSecond: REQUESTS_PER_SECOND, burst: BURST };
  }

  private contextOf({ method }: Call, secrets: readonly Secret[]): CallContext {
    return { isWrite: method !== 'GET', now: this.options.clock.now(), secrets };
  }
}

/** Credits and calls at once are counted by portal, for all its agents and tools together. */
export const portalKey = ({ region, workspaceId }: Access): string => `${region ?? 'us'} ${workspaceId ?? '-'}`;

/**
 * @throws ProviderError `rejected` for an id that cannot be Desk's, before it gets into a path or a header: an organization
 * that is no number makes every call of Desk fail without a reason
 */
export function checkedId(id: string, what: string): string {
  if (isId(id)) return id;
  throw new ProviderError('rejected', `This ${what} does not belong to Zoho Desk: its id is not a number.`);
}
