import type { TogglEntry, TogglUser } from '../../simulators/toggl/model.js';
import { TogglSimulator, type TogglSimulatorOptions } from '../../simulators/toggl/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { PushWorker } from '../../src/sync/push-worker.js';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { addPerson, type Person } from './people.js';

export const NOW = new Date('2026-03-02T09:00:00Z');
/** Unix seconds of a time on the day of `NOW`. */
export const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`) / 1000;

export interface Answer<T = never> {
  status: number;
  headers: Headers;
  text: string;
  body: { result: T; code?: string; message?: string; requestId?: string; warnings?: never[]; next_cursor?: string };
}

export interface LogItem {
  id: number;
  project_id: number | null;
  integration_id: number | null;
  provider: string;
  task: string;
  start: number;
  end: number | null;
  running: boolean;
  billable: boolean;
  notes: string | null;
  tags: string[];
  category: string | null;
  external_id: string | null;
  sync: { state: string; missing: string[]; error: string | null; note: string | null };
}

/** A log as a timer command answers it. */
export interface TimerItem extends LogItem {
  action: 'started' | 'stopped';
  message: string;
}

/** Somebody with a login, a Toggl account and, once connected, an integration. */
export interface Tracker extends Person {
  toggl: TogglUser;
  integrationId: number;
}

/** The whole app with a simulated Toggl behind it; both live in the time of one clock. */
export class TogglApp {
  private constructor(
    readonly app: TestApp,
    readonly toggl: TogglSimulator,
    readonly clock: FixedClock,
  ) {}

  static async start(options: TestAppOptions & { toggl?: TogglSimulatorOptions } = {}): Promise<TogglApp> {
    const clock = new FixedClock(NOW);
    const toggl = new TogglSimulator({ now: () => clock.now().getTime(), ...options.toggl });
    await toggl.start();
    const env = {
      TOGGL_BASE_URL: toggl.url,
      TEST_CONTROL: JSON.stringify({ retryScale: 0.002, withoutJobs: true }),
      ...options.env,
    };
    return new TogglApp(await startTestApp({ clock, ...options, env }), toggl, clock);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.toggl.stop();
  }

  /** A person with a Toggl account that is connected. */
  async addTracker(username: string): Promise<Tracker> {
    const person = await addPerson(this.app, username);
    const toggl = this.toggl.addUser({ fullname: `Toggl of ${username}` });
    const { body } = await this.connect(person, toggl);
    return { ...person, toggl, integrationId: body.result.id };
  }

  connect(person: Person, user: TogglUser, more: object = {}): Promise<Answer<{ id: number }>> {
    const body = { provider: 'toggl', credentials: { api_token: user.token }, ...more };
    return this.call(person, 'POST', '/v1/resources/integrations', body);
  }

  async call<T>(
    person: Person | null,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(this.app.url + path, {
      method,
      headers: { ...person?.bearer, ...type, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    const parsed = isJson && text !== '' ? JSON.parse(text) : {};
    return { status: answer.status, headers: answer.headers, text, body: parsed as Answer<T>['body'] };
  }

  /** Writes a log and waits for its push. */
  async addLog(person: Person, fields: object, query = '?wait=true'): Promise<LogItem> {
    const answer = await this.call<LogItem>(person, 'POST', `/v1/resources/logs${query}`, fields);
    if (answer.status !== 201) throw new Error(`POST logs answered ${answer.status}: ${answer.text}`);
    return answer.body.result;
  }

  async getLog(person: Person, id: number): Promise<LogItem> {
    return (await this.call<LogItem>(person, 'GET', `/v1/resources/logs/${id}`)).body.result;
  }

  async listLogs(person: Person, query = ''): Promise<LogItem[]> {
    return (await this.call<LogItem[]>(person, 'GET', `/v1/resources/logs${query}`)).body.result;
  }

  timer(person: Person, verb: 'start' | 'stop' | 'toggle', body?: object): Promise<Answer<TimerItem>> {
    return this.call(person, 'POST', `/v1/rpc/timer/${verb}`, body);
  }

  async current(person: Person, query = ''): Promise<LogItem | null> {
    return (await this.call<LogItem | null>(person, 'GET', `/v1/resources/timer${query}`)).body.result;
  }

  /** Adds projects to the person's workspace there and reads them here; answers our ids in the same order. */
  async addProjects(tracker: Tracker, ...names: string[]): Promise<number[]> {
    await this.call(tracker, 'GET', '/v1/resources/projects');
    for (const name of names) this.toggl.model.addProject(tracker.toggl.defaultWorkspaceId, { name });
    const { body } = await this.call<{ id: number; name: string }[]>(
      tracker,
      'GET',
      `/v1/resources/projects?refresh=true&integration_id=${tracker.integrationId}`,
    );
    return names.map((name) => body.result.find((project) => project.name === name)!.id);
  }

  /** What the person's Toggl holds, oldest first; deleted ones are left out. */
  there(tracker: Pick<Tracker, 'toggl'>): TogglEntry[] {
    return this.toggl.model.entriesOf(tracker.toggl.id).filter((entry) => entry.deletedAt === null);
  }

  /** Carries out every push that is due. */
  deliver(): Promise<number> {
    return this.app.get(PushWorker).deliverDue();
  }

  /** The binnacle of an entry, oldest first. */
  binnacle(entryId: number): Promise<BinnacleLine[]> {
    return this.app.database.query<BinnacleLine>(
      `select action, actor_kind, actor_id, reason, origin_kind, origin_id, diff
       from sessions_binnacle where entry_id = $1 order by sequence`,
      [entryId],
    );
  }
}

export interface BinnacleLine {
  action: string;
  actor_kind: string;
  actor_id: string | null;
  reason: string | null;
  origin_kind: string | null;
  origin_id: string | null;
  diff: Record<string, { from: unknown; to: unknown }>;
}
