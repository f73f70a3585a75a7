import type { Clock } from '../../../common/clock.js';
import { sha256 } from '../../../common/hashing.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import type { Secret } from '../../../common/secret.js';
import type { Connection, QuotaReading } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { CountedCall, Quotas } from '../../contract/quotas.js';
import type { ZohoAccounts } from '../zoho-accounts/accounts.client.js';
import { originOf } from '../zoho-accounts/data-centres.js';
import {
  isRefusal,
  isTokenRefused,
  meaningOf,
  readAnswer,
  unanswered,
  unreadable,
  type CallContext,
  type DeskAnswer,
} from './desk.errors.js';
import { budgetsOf, readQuotas, toldBy } from './desk.quota.js';
import { isId } from './desk.shapes.js';
import { InFlight } from './in-flight.js';

/** The smallest edition allows five calls at once, and the customer's other tools count too. */
const MOST_AT_ONCE = 2;

export interface DeskClientOptions {
  http: HttpClient;
  clock: Clock;
  quotas: Quotas;
  accounts: ZohoAccounts;
  /** Origin that stands for every data centre's API; only the operator sets it. */
  deskUrl?: string;
}

/** By whom a call is made, and in which organization; `null` only where none is known yet. */
export interface Access extends Pick<Connection, 'credentials' | 'region' | 'meter'> {
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
  private readonly inFlight = new InFlight(MOST_AT_ONCE);

  constructor(private readonly options: DeskClientOptions) {}

  /** The decoded body; `undefined` for "no content", which is an empty list, and for a write that answers no body. */
  async call(access: Access, call: Call): Promise<unknown> {
    const isWrite = call.method !== 'GET';
    const secrets = Object.entries(access.credentials)
      .filter(([name]) => name !== 'org_id')
      .map(([, value]) => value);
    const { response, value } = await this.answerTo(access, call, secrets);
    if (response.status === 204 || (isWrite && response.text.trim() === '')) return undefined;
    if (value === undefined && call.method !== 'DELETE') throw unreadable('it is not JSON', isWrite);
    return value;
  }

  /** @throws ProviderError what an answer that refuses means */
  private async answerTo(access: Access, call: Call, secrets: Secret[]): Promise<DeskAnswer> {
    const isList = call.query?.limit !== undefined;
    const budgets = budgetsOf(budgetOwner(access), isList, this.options.deskUrl === undefined);
    const counted = this.options.quotas.begin([budgets.pace, budgets.credits], access.meter);
    const exchange = () => this.exchange(access, call, { secrets, counted });
    // Without an organization yet, nobody shares anything.
    const isShared = access.workspaceId !== null;
    const response = await (isShared ? this.inFlight.run(portalKey(access), exchange) : exchange());
    await counted.told(budgets.credits.key, toldBy(response.headers, this.options.clock.now()));
    const answer = readAnswer(response);
    if (!isRefusal(answer)) return answer;
    const error = meaningOf(answer, this.contextOf(call, secrets));
    if (error.retryAt !== undefined) await counted.askedToWait(budgets.pace.key, error.retryAt);
    throw error;
  }

  readQuotas(connection: Connection): Promise<QuotaReading[]> {
    return readQuotas(this.options.quotas, budgetOwner(connection));
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

  /**
   * Calls are spread only towards Zoho itself. Behind the operator's own address stands a simulator, or a proxy that paces for
   * many of us; what those answer is obeyed all the same.
   */
  private requestFor(access: Access, call: Call, token: Secret, counted: CountedCall): HttpRequest {
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
      counted,
    };
  }

  private contextOf({ method }: Call, secrets: readonly Secret[]): CallContext {
    return { isWrite: method !== 'GET', now: this.options.clock.now(), secrets };
  }
}

/** Credits and calls at once are counted by portal, for all its agents and tools together. */
export const portalKey = ({ region, workspaceId }: Access): string => `${region ?? 'us'} ${workspaceId ?? '-'}`;

/** By whom calls are counted; by credential where no portal is known yet. */
function budgetOwner(access: Access): string {
  if (access.workspaceId !== null) return portalKey(access);
  const token = access.credentials.refresh_token?.reveal() ?? '';
  return sha256(token).toString('base64url').slice(0, 22);
}

/**
 * @throws ProviderError `rejected` for an id that cannot be Desk's, before it gets into a path or a header: an organization
 * that is no number makes every call of Desk fail without a reason
 */
export function checkedId(id: string, what: string): string {
  if (isId(id)) return id;
  throw new ProviderError('rejected', `This ${what} does not belong to Zoho Desk: its id is not a number.`);
}
