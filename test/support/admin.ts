import { FixedClock } from '../../src/common/clock.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import type { EntryContent, TimeEntry } from '../../src/time-entries/time-entry.js';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { content } from './entries.js';
import type { Person } from './people.js';

export interface AdminAnswer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A session as it goes over the wire; only what tests look at. */
export interface SessionJson extends Record<string, unknown> {
  idSesion: number;
  idUser: number;
  external_sesion_id: string | null;
}

export const SEED_SESSION = {
  external_sesion_id: 'abc123',
  description: 'Tarea manual',
  idProject: 'proj789',
  projectName: 'Proyecto Interno',
  idWorkspace: 'ws001',
  workspaceName: 'ActionTracker',
  idTask: 'task001',
  taskName: 'Planeación',
  startDate: '2025-07-15T08:00:00Z',
  endDate: '2025-07-15T10:00:00Z',
  duration: 'PT2H',
  timeZone: 'America/Bogota',
  offsetStart: -18000,
  offsetEnd: -18000,
  currentlyRunning: false,
};

/** The app as coordinators use it; time stands still until it is moved. */
export class AdminApp {
  private nextId = 1;

  private constructor(
    readonly app: TestApp,
    readonly clock: FixedClock,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<AdminApp> {
    const clock = new FixedClock(new Date('2026-07-20T12:00:00Z'));
    return new AdminApp(await startTestApp({ clock, ...options }), clock);
  }

  close(): Promise<void> {
    return this.app.close();
  }

  get secret(): string {
    return this.app.secrets.secretToken.reveal();
  }

  /** A call below `/api-clockify`, as the holder of the secret unless somebody else is named. */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    as: Person | Record<string, string> = { authorization: this.secret },
  ): Promise<AdminAnswer<T>> {
    const headers = 'bearer' in as ? (as as Person).bearer : as;
    const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${this.app.url}/api-clockify${path}`, {
      method,
      headers: { ...headers, ...content },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) as T };
  }

  /** The body of a GET that must answer 200. */
  async get<T = SessionJson[]>(path: string, as?: Person): Promise<T> {
    const { status, body } = await this.call<T>('GET', path, undefined, as);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Writes a session down; every one has an id of its own unless one is given. */
  async createSession(fields: Record<string, unknown>): Promise<number> {
    const external_sesion_id = `session-${this.nextId++}`;
    const body = { ...SEED_SESSION, external_sesion_id, ...fields };
    const answer = await this.call<{ id: number }>('POST', '/sessions/create', body);
    if (answer.status !== 201) throw new Error(`create answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }

  /** What somebody else says to the ledger: a log, an import, a service. */
  async apply(...changes: EntryChange[]): Promise<TimeEntry> {
    const author = { actor: { kind: 'system', id: null }, origin: null } as const;
    const applied = await this.app.transactions.run((tx) =>
      this.app.get(TimeEntriesService).apply(changes, author, tx),
    );
    return applied.at(-1)!.entry!;
  }

  addEntry(userId: number, fields: Partial<EntryContent> = {}): Promise<TimeEntry> {
    return this.apply({ kind: 'create', userId, content: content(fields) });
  }
}
