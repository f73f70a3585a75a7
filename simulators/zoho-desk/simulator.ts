import type { HttpSimulator, SimulatedAnswer, SimulatedRequest } from '../support/http-simulator.js';
import { SimulatedAccounts, type ZohoClient } from '../zoho-accounts/accounts.js';
import { ZohoServiceSimulator } from '../zoho-accounts/zoho-simulator.js';
import { EntryRules } from './entry-rules.js';
import { DeskModel, type DeskAgent, type DeskEntry, type DeskPortal, type Effect, type Module } from './model.js';
import { Credits } from './quota.js';
import { busy, refusal, unauthorized } from './refusal.js';
import { findRoute, type Route, type RouteOptions } from './routes.js';

const API = '/api/v1';

export interface ZohoDeskSimulatorOptions {
  /** The first id given out is one more. Desk's have up to 19 digits. */
  firstId?: bigint;
  /** Milliseconds; the system's by default. */
  now?: () => number;
  /** A portal's credits of the day. */
  creditsPerDay?: number;
  /** Of another simulator of Zoho's services: one Zoho Accounts serves them all. */
  accounts?: SimulatedAccounts;
}

/** What an agent writes in Desk's own pages. */
export interface AppEntry {
  agent: DeskAgent;
  parentId: string;
  module?: Module;
  start: Date;
  seconds: number;
  description?: string;
  chargeType?: string;
}

export interface DeskAccount {
  portal: DeskPortal;
  agent: DeskAgent;
  client: ZohoClient;
  refreshToken: string;
}

/** Zoho Accounts and Zoho Desk v1 on one server, as far as this product uses them, awkward answers included. */
export class ZohoDeskSimulator extends ZohoServiceSimulator {
  readonly model: DeskModel;
  readonly accounts: SimulatedAccounts;
  readonly credits: Credits;
  /** Ways in which Desk's documents and portals differ from each other; to be changed at will. */
  readonly odd: RouteOptions = {
    unknownStatus: 404,
    deleted: 'vanishes',
    needsChargeType: false,
    times: 'iso',
    numbers: 'text',
    hasListedType: false,
    hasTextTrashed: false,
    hidesTicketNumber: false,
    updateVerb: 'documented',
    isOneBased: false,
    deletesWith204: false,
  };
  /** Scopes that no token has. */
  readonly missingScopes = new Set<string>();
  /** So many calls are refused as too many at once, which has no `Retry-After`. */
  busyCalls = 0;
  private readonly rules: EntryRules;

  constructor(options: ZohoDeskSimulatorOptions = {}) {
    super();
    const now = options.now ?? Date.now;
    this.model = new DeskModel(options.firstId ?? 4_000_000_000_001_000n, now);
    this.accounts = options.accounts ?? new SimulatedAccounts(now);
    this.credits = new Credits(now, options.creditsPerDay ?? 100_000);
    this.rules = new EntryRules(this.model, this.odd);
  }

  /** A portal with one agent in it, and credentials of theirs. */
  addAccount(name?: string): DeskAccount {
    const portal = this.model.addPortal();
    const agent = this.model.addAgent(portal, undefined, name);
    const client = this.accounts.addClient();
    return { portal, agent, client, refreshToken: this.accounts.addRefreshToken(client.id, agent.personId) };
  }

  /** The truth about calls and what came of them. */
  get ledger(): { calls: HttpSimulator['calls']; effects: Effect[]; created: DeskEntry[] } {
    const created = this.model.effects.filter(({ kind, by }) => kind === 'created' && by === 'api');
    return {
      calls: this.calls,
      effects: this.model.effects,
      created: created.map(({ id }) => this.model.entries.get(id)!),
    };
  }

  /** The agent's entry as they would have written it in Desk. Answers its id. */
  logInApp({ agent, parentId, module = 'tickets', start, seconds, description, chargeType }: AppEntry): string {
    const body = {
      ...timesBody(start, seconds),
      description: description ?? 'Work',
      requestChargeType: chargeType ?? null,
    };
    return this.rules.create(agent, module, parentId, body, 'app').id;
  }

  editInApp(id: string, changes: Record<string, unknown>): void {
    this.rules.update(this.model.entries.get(id)!, changes, 'app');
  }

  moveInApp(id: string, { start, stop }: { start: Date; stop: Date }): void {
    this.editInApp(id, timesBody(start, Math.round((stop.getTime() - start.getTime()) / 1000)));
  }

  deleteInApp(id: string): void {
    this.rules.delete(this.model.entries.get(id)!, 'app');
  }

  /** From then on it cannot be changed. */
  billInApp(id: string): void {
    this.model.entries.get(id)!.invoiceId = this.model.nextId();
  }

  /** The entry, unless it was deleted. */
  entry(id: string): DeskEntry | null {
    const entry = this.model.entries.get(id);
    return entry === undefined || entry.isTrashed ? null : entry;
  }

  protected override respond(request: SimulatedRequest): SimulatedAnswer {
    const { method, path, query, headers, body } = request;
    const personId = this.accounts.personOf(headers.authorization);
    if (personId === null) throw unauthorized();
    const route = findRoute(method, path.startsWith(`${API}/`) ? path.slice(API.length) : '');
    this.assertScope(route);
    const isBootstrap = path === `${API}/organizations`;
    const agent = isBootstrap ? this.anyAgent(personId) : this.agentFor(personId, String(headers.orgid ?? ''));
    if (this.busyCalls > 0) {
      this.busyCalls -= 1;
      throw busy();
    }
    const cost = Credits.costOf(route.isList === true, Number(query.get('from') ?? 0));
    const credits = isBootstrap ? {} : this.credits.spend(agent.portalId, cost);
    const { model, rules, odd: options } = this;
    const { module, ids } = route;
    const value = route.handler({ model, rules, options, personId, agent, module, ids, method, query, text: body });
    if (value === undefined) return { status: 204, headers: credits };
    const type = { 'content-type': 'application/json;charset=utf-8', ...credits };
    // A create is answered with 200 too.
    return { status: 200, headers: type, body: value === '' ? '' : JSON.stringify(value) };
  }

  private assertScope({ scopes }: Route): void {
    if (!scopes.every((scope) => this.missingScopes.has(scope))) return;
    throw refusal(403, 'SCOPE_MISMATCH', 'The OAuth Token you provided does not have the required scopes.');
  }

  private anyAgent(personId: string): DeskAgent {
    return [...this.model.agents.values()].find((agent) => agent.personId === personId)!;
  }

  /** An organization that is no number is beyond Desk: it fails without a reason. */
  private agentFor(personId: string, orgId: string): DeskAgent {
    if (!/^\d+$/.test(orgId)) throw refusal(500, 'INTERNAL_SERVER_ERROR', 'An internal server error occurred.');
    const agent = this.model.agentOf(personId, orgId);
    if (agent !== null) return agent;
    throw refusal(403, 'OAUTH_ORG_MISMATCH', 'The OAuth Token and the organization do not match.');
  }
}

const timesBody = (start: Date, seconds: number) => ({
  executedTime: start.toISOString(),
  hoursSpent: String(Math.floor(seconds / 3600)),
  minutesSpent: String(Math.floor((seconds % 3600) / 60)),
  secondsSpent: String(seconds % 60),
});
