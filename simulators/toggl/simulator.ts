import { randomBytes } from 'node:crypto';
import { writeBigJson } from '../support/big-json.js';
import { HttpSimulator, NGINX_PAGE, type SimulatedAnswer, type SimulatedRequest } from '../support/http-simulator.js';
import { Refusal } from '../support/refusal.js';
import { EntryRules } from './entry-rules.js';
import type { Body } from './entry-times.js';
import { TogglModel, type Effect, type Plan, type TogglEntry, type TogglUser, type TogglWorkspace } from './model.js';
import { Quota, type QuotaOptions } from './quota.js';
import { plainRefusal, refusal } from './refusal.js';
import { findRoute, workspacesOf } from './routes.js';

export interface TogglSimulatorOptions {
  /** The first id given out is one more. Toggl's have ten digits. */
  firstId?: bigint;
  /** Milliseconds; the system's by default. */
  now?: () => number;
  /** How many times faster than `now` the simulator's time passes: an hour of quota in a second, say. */
  timeScale?: number;
  /** Toggl's hourly quota; off unless given, `true` for its real figures. */
  quota?: boolean | QuotaOptions;
  /** How far back entries may be asked for. */
  historyDays?: number;
}

/** What the user changes in the Toggl app. */
export interface AppEntry {
  user: TogglUser;
  workspaceId?: bigint;
  description?: string;
  projectId?: string | null;
  tags?: string[];
  billable?: boolean;
  start?: Date;
  /** Left out: it runs. */
  stop?: Date;
}

/**
 * Toggl Track v9 as far as this product uses it, over real HTTP, awkward answers included. Webhook deliveries listen to
 * the model's effects (see `webhooks-simulator.ts`).
 */
export class TogglSimulator extends HttpSimulator {
  readonly model: TogglModel;
  /** While set, every call is answered 429 by "nginx", without `Retry-After`. */
  isThrottling = false;
  /** While set, empty lists are answered as `null`. */
  hasNullForEmpty = false;
  private readonly rules: EntryRules;
  private readonly quota: Quota | null;
  private readonly historyDays: number;
  private shift = 0;

  constructor(options: TogglSimulatorOptions = {}) {
    super('/api/v9');
    const now = options.now ?? Date.now;
    const began = now();
    const scale = options.timeScale ?? 1;
    this.model = new TogglModel(options.firstId ?? 3_730_000_000n, () => began + (now() - began) * scale + this.shift);
    this.rules = new EntryRules(this.model);
    const quota = options.quota ?? false;
    this.quota = quota === false ? null : new Quota(this.model, quota === true ? {} : quota);
    this.historyDays = options.historyDays ?? 91;
  }

  /** Lets time pass for the simulator alone. */
  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }

  addUser(given: Partial<Omit<TogglUser, 'id'>> & { plan?: Plan } = {}): TogglUser {
    return this.model.addUser(given);
  }

  /** The truth about calls and what came of them. */
  get ledger(): { calls: HttpSimulator['calls']; effects: Effect[]; created: TogglEntry[] } {
    const { effects, entries } = this.model;
    const created = effects
      .filter(({ kind, by }) => kind === 'created' && by === 'api')
      .map(({ id }) => entries.get(BigInt(id))!);
    return { calls: this.calls, effects, created };
  }

  /** Deleted ones included. */
  entry(id: string): TogglEntry | undefined {
    return this.model.entries.get(BigInt(id));
  }

  /** The user's entry as they would have typed or started it in the app. Answers its id. */
  startInApp(given: AppEntry): string {
    const workspace = this.workspaceFor(given.user, given.workspaceId);
    const body: Body = {
      ...this.fieldsOf(given),
      created_with: 'TogglApp',
      workspace_id: workspace.id,
      start: (given.start ?? new Date(this.model.now())).toISOString(),
      ...(given.stop === undefined ? { duration: -1 } : { stop: given.stop.toISOString() }),
    };
    return this.rules.create(given.user, workspace, body, 'app').id.toString();
  }

  stopInApp(id: string, at?: Date): void {
    const { user, workspace, entry } = this.ownerOf(id);
    this.rules.stop(user, workspace, entry.id, 'app', at && Math.floor(at.getTime() / 1000));
  }

  editInApp(id: string, changes: Omit<AppEntry, 'user' | 'workspaceId'>): void {
    const { user, workspace, entry } = this.ownerOf(id);
    const times = { start: changes.start?.toISOString(), stop: changes.stop?.toISOString() };
    this.rules.update(
      user,
      workspace,
      entry.id,
      { ...this.fieldsOf(changes), ...times, workspace_id: workspace.id },
      'app',
    );
  }

  deleteInApp(id: string): void {
    const { user, workspace, entry } = this.ownerOf(id);
    this.rules.delete(user, workspace, entry.id, 'app');
  }

  protected override answer(request: SimulatedRequest): SimulatedAnswer {
    const common = { 'x-toggl-request-id': randomBytes(16).toString('hex'), 'x-service-level': 'GREEN' };
    try {
      const { headers, ...answer } = this.respond(request);
      return { ...answer, headers: { ...common, ...headers } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...error.answer, headers: { ...common, ...error.answer.headers } };
    }
  }

  private respond({ method, path, query, headers, body }: SimulatedRequest): SimulatedAnswer {
    if (this.isThrottling) {
      const page = NGINX_PAGE(429, 'Too Many Requests');
      throw new Refusal({ status: 429, headers: { 'content-type': 'text/html' }, body: page }, 'too many requests');
    }
    const user = this.authenticate(headers.authorization);
    const route = findRoute(method, path);
    if (route === null) throw plainRefusal(404, '404 page not found\n');
    const workspace = route.workspaceId === null ? null : this.workspaceFor(user, route.workspaceId);
    const quotaHeaders = path === '/me/quota' ? {} : this.quota?.count(user, workspace);
    const { model, rules, historyDays } = this;
    const { ids } = route;
    const quotaOverview = (): object[] => this.quota?.overview(user, workspacesOf(model, user)) ?? [];
    const value = withHeaders(quotaHeaders, () =>
      route.handler({ model, rules, user, workspace, ids, query, text: body, historyDays, quotaOverview }),
    );
    return {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', ...quotaHeaders },
      body: this.write(value),
    };
  }

  private write(value: unknown): string {
    if (value === undefined) return '';
    return writeBigJson(this.hasNullForEmpty && Array.isArray(value) && value.length === 0 ? null : value);
  }

  private authenticate(header: string | undefined): TogglUser {
    if (header === undefined) {
      throw new Refusal({ status: 401, headers: { 'x-authorization-missing': 'true' } }, 'no credentials');
    }
    const [name, password] = Buffer.from(header.replace(/^Basic /, ''), 'base64')
      .toString('utf8')
      .split(':');
    const user = this.model.users.get(name ?? '');
    if (user === undefined || password !== 'api_token') {
      throw plainRefusal(403, 'Incorrect username and/or password');
    }
    return user;
  }

  private workspaceFor(user: TogglUser, id = user.defaultWorkspaceId): TogglWorkspace {
    const workspace = this.model.workspaces.get(id);
    if (workspace?.memberIds.has(user.id) === true) return workspace;
    throw refusal(403, 'User does not have access to this resource.');
  }

  private ownerOf(id: string): { user: TogglUser; workspace: TogglWorkspace; entry: TogglEntry } {
    const entry = this.model.entries.get(BigInt(id));
    const user = [...this.model.users.values()].find((candidate) => candidate.id === entry?.userId);
    if (entry === undefined || user === undefined) throw new Error(`The simulator has no entry ${id}.`);
    return { user, workspace: this.workspaceFor(user, entry.workspaceId), entry };
  }

  private fieldsOf({ description, projectId, tags, billable }: Partial<AppEntry>): Body {
    const project = projectId == null ? projectId : BigInt(projectId);
    return { description, project_id: project, tags, billable };
  }
}

/** A refusal by a rule carries the quota's headers as well. */
function withHeaders<T>(headers: Record<string, string> | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal({ ...error.answer, headers: { ...error.answer.headers, ...headers } }, error.message);
  }
}
