import type { FixedClock } from '../../src/common/clock.js';
import { PushWorker } from '../../src/sync/push-worker.js';
import type { TestApp } from './app.js';
import type { Person } from './people.js';

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

export interface BinnacleLine {
  action: string;
  actor_kind: string;
  actor_id: string | null;
  reason: string | null;
  origin_kind: string | null;
  origin_id: string | null;
  diff: Record<string, { from: unknown; to: unknown }>;
}

/** The app as its callers meet it, whatever service stands behind it. */
export class AppCaller {
  constructor(
    readonly app: TestApp,
    readonly clock: FixedClock,
  ) {}

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
  async addLog(
    person: Person,
    fields: object,
    query = '?wait=true',
    headers: Record<string, string> = {},
  ): Promise<LogItem> {
    const answer = await this.call<LogItem>(person, 'POST', `/v1/resources/logs${query}`, fields, headers);
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
