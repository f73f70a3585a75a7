import type { HttpSimulator, SimulatedAnswer, SimulatedRequest } from '../support/http-simulator.js';
import { SimulatedAccounts, type ZohoClient } from '../zoho-accounts/accounts.js';
import { ZohoServiceSimulator } from '../zoho-accounts/zoho-simulator.js';
import { LogRules, type RuleOptions } from './log-rules.js';
import { ZohoModel, type Effect, type LogType, type ZohoLog, type ZohoPerson, type ZohoPortal } from './model.js';
import { refusal } from './refusal.js';
import { findRoute, type RouteOptions } from './routes.js';
import { Throttle, type ThrottleOptions } from './throttle.js';

const API = '/api/v3';

export interface ZohoSimulatorOptions {
  /** The first id given out is one more. Zoho's have up to 19 digits. */
  firstId?: bigint;
  /** Milliseconds; the system's by default. */
  now?: () => number;
  /** How many times faster than `now` the simulator's time passes: half an hour of being locked out in a second, say. */
  timeScale?: number;
  /** Zoho's limit per route; off unless given, `true` for its real figures. */
  throttle?: boolean | ThrottleOptions;
}

/** What a person writes in Zoho's own pages. */
export interface AppLog {
  person: ZohoPerson;
  projectId: string;
  type?: LogType;
  itemId?: string;
  name?: string;
  date: string;
  /** `HH:MM`. */
  hours: string;
  startTime?: string;
  endTime?: string;
  notes?: string;
  billable?: boolean;
}

/** Zoho Accounts and Zoho Projects v3 on one server, as far as this product uses them, awkward answers included. */
export class ZohoSimulator extends ZohoServiceSimulator {
  readonly model: ZohoModel;
  readonly accounts: SimulatedAccounts;
  /** Ways in which Zoho's accounts differ from each other; to be changed at will. */
  readonly odd: RuleOptions & RouteOptions = {
    needsAssignment: false,
    keepsTimes: true,
    hasMe: true,
    unknownLogStatus: 404,
    ignoresEndDate: true,
    nextPage: 'boolean',
    hasInfoList: false,
    hasNoContent: false,
    hasHtmlNotes: false,
  };
  private readonly rules: LogRules;
  private readonly throttle: Throttle | null;
  private shift = 0;

  constructor(options: ZohoSimulatorOptions = {}) {
    super();
    const now = options.now ?? Date.now;
    const began = now();
    const scale = options.timeScale ?? 1;
    const ours = (): number => began + (now() - began) * scale + this.shift;
    this.model = new ZohoModel(options.firstId ?? 1_700_000_000_001_000n, ours);
    this.accounts = new SimulatedAccounts(ours);
    this.rules = new LogRules(this.model, this.odd);
    const throttle = options.throttle ?? false;
    this.throttle = throttle === false ? null : new Throttle(ours, throttle === true ? {} : throttle);
  }

  /** Lets time pass for the simulator alone. */
  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }

  /** A portal with one person in it, and credentials of theirs. */
  addAccount(given: { name?: string; timeZone?: string | null } = {}): {
    portal: ZohoPortal;
    person: ZohoPerson;
    client: ZohoClient;
    refreshToken: string;
  } {
    const portal = this.model.addPortal({ timeZone: given.timeZone });
    const person = this.model.addPerson(portal, given.name);
    const client = this.accounts.addClient();
    return { portal, person, client, refreshToken: this.accounts.addRefreshToken(client.id, person.id) };
  }

  /** The truth about calls and what came of them. */
  get ledger(): { calls: HttpSimulator['calls']; effects: Effect[]; created: ZohoLog[] } {
    const created = this.model.effects.filter(({ kind, by }) => kind === 'created' && by === 'api');
    return {
      calls: this.calls,
      effects: this.model.effects,
      created: created.map(({ id }) => this.model.logs.get(id)!),
    };
  }

  /** The person's log as they would have written it in Zoho. Answers its id. */
  logInApp(given: AppLog): string {
    const project = this.model.projects.get(given.projectId)!;
    const row = {
      project_id: given.projectId,
      type: given.type ?? 'general',
      item_id: given.itemId,
      log_name: given.name ?? 'Work',
      date: given.date,
      hours: given.hours,
      start_time: given.startTime,
      end_time: given.endTime,
      notes: given.notes,
      bill_status: given.billable === true ? 'Billable' : 'Non Billable',
      force_allow: { overlap: true },
    };
    return this.rules.create(given.person, this.model.portals.get(project.portalId)!, row, 'app').id;
  }

  editInApp(
    id: string,
    changes: Partial<Pick<AppLog, 'name' | 'notes' | 'hours' | 'date' | 'startTime' | 'endTime'>>,
  ): void {
    const { name, startTime, endTime, ...rest } = changes;
    const body = { ...rest, log_name: name, start_time: startTime, end_time: endTime };
    this.rules.update(this.model.logs.get(id)!, body, 'app');
  }

  deleteInApp(id: string): void {
    this.rules.delete(this.model.logs.get(id)!, {}, 'app');
  }

  approve(id: string): void {
    this.model.logs.get(id)!.isApproved = true;
  }

  /** The log, unless it was deleted. */
  log(id: string): ZohoLog | null {
    const log = this.model.logs.get(id);
    return log === undefined || log.isDeleted ? null : log;
  }

  protected override respond({ method, path, query, headers, body }: SimulatedRequest): SimulatedAnswer {
    const person = this.authenticate(headers.authorization);
    const below = path.startsWith(`${API}/`) ? path.slice(API.length) : '';
    const route = findRoute(method, below);
    this.throttle?.count(person.id, route.pattern);
    const portal = route.portalId === null ? null : this.portalFor(person, route.portalId);
    const value = route.handler({
      model: this.model,
      rules: this.rules,
      options: this.odd,
      person,
      portal,
      ids: route.ids,
      query,
      contentType: headers['content-type'] ?? '',
      text: body,
    });
    if (value === undefined) return { status: 204 };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
  }

  private authenticate(header: string | undefined): ZohoPerson {
    const id = this.accounts.personOf(header);
    const person = id === null ? undefined : this.model.people.get(id);
    if (person === undefined) {
      throw refusal(401, 'INVALID_OAUTHTOKEN', 'Invalid OAuth access token.', 'AUTHENTICATION_ERROR');
    }
    return person;
  }

  private portalFor(person: ZohoPerson, id: string): ZohoPortal {
    const portal = this.model.portals.get(id);
    if (portal?.memberIds.has(person.id) === true) return portal;
    throw refusal(403, 'PORTAL_ACCESS', 'You have no permission in this portal.', 'ACCESS_ERROR');
  }
}
