import { HttpSimulator, type SimulatedAnswer, type SimulatedRequest } from '../support/http-simulator.js';
import { Refusal } from '../support/refusal.js';
import { EntryRules, type Body, type EntryRulesOptions } from './entry-rules.js';
import { ClockifyModel, type ClockifyEntry, type ClockifyUser, type ClockifyWorkspace, type Effect } from './model.js';
import { Quota, type QuotaOptions } from './quota.js';
import { refusal } from './refusal.js';
import { renderTime } from './render.js';
import { findRoute, type Answer } from './routes.js';
import { Webhooks } from './webhooks.js';

export interface ClockifySimulatorOptions extends Partial<EntryRulesOptions> {
  /** Milliseconds; the system's by default. */
  now?: () => number;
  /** How many times faster than `now` the simulator's time passes: an hour of quota in a second, say. */
  timeScale?: number;
  /** The hourly calls of free workspaces; off unless given, `true` for the real figure. */
  quota?: boolean | QuotaOptions;
}

/** What the user changes in the Clockify app. */
export interface AppEntry {
  user: ClockifyUser;
  workspaceId?: string;
  description?: string;
  projectId?: string | null;
  taskId?: string | null;
  /** By name; missing ones are made. */
  tags?: string[];
  billable?: boolean;
  start?: Date;
  /** Left out: it runs. */
  stop?: Date;
}

/** Clockify v1 as far as this product uses it, over real HTTP, awkward answers included. */
export class ClockifySimulator extends HttpSimulator {
  readonly model: ClockifyModel;
  readonly webhooks: Webhooks;
  /** While set, every call is answered 429, without a word about when to come back. */
  isThrottling = false;
  /** Reads the bounds of a window as wall-clock times of the caller's zone. */
  hasWindowQuirk = true;
  /** Whether lists say `Last-Page`. */
  hasLastPage = true;
  /** Whether projects carry their client's name beside its id. */
  hasClientNames = true;
  readonly rules: EntryRules;
  private readonly quota: Quota | null;
  private shift = 0;

  constructor(options: ClockifySimulatorOptions = {}) {
    super('/api/v1');
    const now = options.now ?? Date.now;
    const began = now();
    const scale = options.timeScale ?? 1;
    this.model = new ClockifyModel(() => began + (now() - began) * scale + this.shift);
    this.webhooks = new Webhooks(this.model);
    this.model.onEffect = (effect, entry) => this.webhooks.notice(effect, entry);
    const { autoStopAt = 'now', lockedStatus = 400 } = options;
    this.rules = new EntryRules(this.model, { autoStopAt, lockedStatus });
    const quota = options.quota ?? false;
    this.quota = quota === false ? null : new Quota(this.model, quota === true ? {} : quota);
    // A workspace whose calls are not counted is a paid one.
    if (this.quota === null) this.model.usualPlan = 'PRO';
  }

  /** Lets time pass for the simulator alone. */
  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }

  addUser(given: Parameters<ClockifyModel['addUser']>[0] = {}): ClockifyUser {
    return this.model.addUser(given);
  }

  /** The truth about calls and what came of them. */
  get ledger(): { calls: HttpSimulator['calls']; effects: Effect[]; created: ClockifyEntry[] } {
    const { effects, entries } = this.model;
    const created = effects
      .filter(({ kind, by }) => kind === 'created' && by === 'api')
      .map(({ id }) => entries.get(id)!);
    return { calls: this.calls, effects, created };
  }

  /** Deleted ones included. */
  entry(id: string): ClockifyEntry | undefined {
    return this.model.entries.get(id);
  }

  /** The user's entry as they would have typed or started it in the app. Answers its id. */
  startInApp(given: AppEntry): string {
    const workspace = this.workspaceFor(given.user, given.workspaceId ?? given.user.defaultWorkspaceId);
    const times = {
      start: timeText(given.start ?? new Date(this.model.now())),
      end: given.stop && timeText(given.stop),
    };
    return this.rules.create(given.user, workspace, { ...this.fieldsOf(workspace, given), ...times }, 'app').id;
  }

  stopInApp(id: string, at = new Date(this.model.now())): void {
    const { user, workspace } = this.ownerOf(id);
    const stopped = this.rules.stop(user, workspace, { end: timeText(at) }, 'app');
    if (stopped.id !== id) throw new Error(`Not ${id} was running, but ${stopped.id}.`);
  }

  editInApp(id: string, changes: Omit<AppEntry, 'user' | 'workspaceId'>): void {
    const { user, workspace, entry } = this.ownerOf(id);
    const fields = Object.entries(this.fieldsOf(workspace, changes)).filter(([, value]) => value !== undefined);
    const body: Body = {
      start: timeText(changes.start ?? new Date(entry.start)),
      end: changes.stop !== undefined ? timeText(changes.stop) : entry.end === null ? null : renderTime(entry.end),
      description: entry.description,
      projectId: entry.projectId,
      taskId: entry.taskId,
      tagIds: entry.tagIds,
      billable: entry.isBillable,
      type: entry.type,
      customFields: entry.customValues,
      ...Object.fromEntries(fields),
    };
    this.rules.replace(user, workspace, id, body, 'app');
  }

  deleteInApp(id: string): void {
    const { user, workspace } = this.ownerOf(id);
    this.rules.delete(user, workspace, id, 'app');
  }

  /** A timesheet was approved, or the workspace locks what is older. */
  lockInApp(id: string, isLocked = true): void {
    this.ownerOf(id).entry.isLocked = isLocked;
  }

  protected override answer(request: SimulatedRequest): SimulatedAnswer {
    try {
      return this.respond(request);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  private respond({ method, path, query, headers, body }: SimulatedRequest): SimulatedAnswer {
    if (this.isThrottling) throw refusal(429, 429, 'Too Many Requests');
    const user = this.authenticate(headers);
    const { handler, workspaceId, id } = findRoute(method, path);
    const workspace = workspaceId === null ? null : this.workspaceFor(user, workspaceId);
    const quotaHeaders = this.quota?.count(workspace) ?? {};
    const { model, rules, webhooks, hasWindowQuirk, hasClientNames } = this;
    const context = { model, rules, webhooks, user, workspace: workspace!, id, query, text: body };
    try {
      return this.write(handler({ ...context, hasWindowQuirk, hasClientNames }), quotaHeaders);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { answer } = error;
      throw new Refusal({ ...answer, headers: { ...answer.headers, ...quotaHeaders } }, error.message);
    }
  }

  private write({ status = 200, value, page }: Answer, headers: Record<string, string>): SimulatedAnswer {
    if (status === 204) return { status, headers };
    const lastPage: Record<string, string> =
      page !== undefined && this.hasLastPage ? { 'last-page': String(page.isLast) } : {};
    return {
      status,
      headers: { 'content-type': 'application/json', ...headers, ...lastPage },
      body: JSON.stringify(page?.rows ?? value),
    };
  }

  /** Exactly one credential, and never a bearer token. */
  private authenticate(headers: SimulatedRequest['headers']): ClockifyUser {
    const key = headers['x-api-key'];
    const addon = headers['x-addon-token'];
    if ((key === undefined) === (addon === undefined)) {
      throw refusal(401, 1000, 'Multiple or none auth tokens present');
    }
    if (addon !== undefined) throw refusal(401, 4017, 'Token is not valid');
    const user = [...this.model.users.values()].find(({ apiKey }) => apiKey === key);
    if (user === undefined) throw refusal(401, 4003, 'Api key does not exist');
    return user;
  }

  private workspaceFor(user: ClockifyUser, id: string): ClockifyWorkspace {
    const workspace = this.model.workspaces.get(id);
    if (workspace?.members.has(user.id) === true) return workspace;
    throw refusal(403, 403, 'Access Denied');
  }

  private ownerOf(id: string): { user: ClockifyUser; workspace: ClockifyWorkspace; entry: ClockifyEntry } {
    const entry = this.model.entries.get(id);
    const user = entry && this.model.users.get(entry.userId);
    if (entry === undefined || user === undefined) throw new Error(`The simulator has no entry ${id}.`);
    return { user, workspace: this.workspaceFor(user, entry.workspaceId), entry };
  }

  private fieldsOf({ id }: ClockifyWorkspace, given: Partial<AppEntry>): Body {
    const { description, projectId, taskId, billable } = given;
    const tagIds = given.tags?.map((name) => (this.model.findTag(id, name) ?? this.model.addTag(id, name)).id);
    return { description, projectId, taskId, billable, tagIds };
  }
}

const timeText = (time: Date): string => time.toISOString();
