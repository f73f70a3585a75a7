import type { ClockifyUser, Role } from '../../simulators/clockify/model.js';
import { ClockifySimulator, type ClockifySimulatorOptions } from '../../simulators/clockify/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { PushWorker } from '../../src/sync/push-worker.js';
import type { SyncNow } from '../../src/sync/sync.service.js';
import { PeopleService } from '../../src/users/people.service.js';
import { ApiClient, type ApiAnswer } from './api-client.js';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { addPerson, type Person } from './people.js';

export const NOW = new Date('2026-03-02T12:00:00Z');
/** A time on the day of `NOW`. */
export const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);

const PATH = '/v1/resources/integrations';

/** Somebody with a login here. */
export interface Caller extends Person {
  api: ApiClient;
}

/** The whole app with a simulated Clockify behind it, both in the time of one clock, and one workspace of several people. */
export class ClockifyApp {
  /** Owner of the workspace. */
  readonly boss: ClockifyUser;
  readonly workspaceId: string;

  private constructor(
    readonly app: TestApp,
    readonly clockify: ClockifySimulator,
    readonly clock: FixedClock,
  ) {
    this.boss = clockify.addUser({ name: 'The Boss', plan: 'PRO' });
    this.workspaceId = this.boss.defaultWorkspaceId;
  }

  static async start(options: TestAppOptions & { clockify?: ClockifySimulatorOptions } = {}): Promise<ClockifyApp> {
    const clock = new FixedClock(NOW);
    const clockify = new ClockifySimulator({ now: () => clock.now().getTime(), ...options.clockify });
    await clockify.start();
    const env = {
      CLOCKIFY_BASE_URL: clockify.url,
      TEST_CONTROL: JSON.stringify({ retryScale: 0.002, withoutJobs: true }),
      ...options.env,
    };
    return new ClockifyApp(await startTestApp({ clock, ...options, env }), clockify, clock);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.clockify.stop();
  }

  /** Somebody of the workspace at Clockify. */
  addMember(name: string, role: Role = 'MEMBER'): ClockifyUser {
    return this.clockify.addUser({ name, role, defaultWorkspaceId: this.workspaceId });
  }

  async addCaller(username: string): Promise<Caller> {
    const person = await addPerson(this.app, username);
    return { ...person, api: new ApiClient(() => this.app.url, { ...person.bearer }, person.token) };
  }

  connect(
    { api }: Caller,
    { apiKey }: ClockifyUser,
    settings: object = {},
  ): Promise<ApiAnswer<{ id: number; workspace_id: string }>> {
    return api.call('POST', PATH, { provider: 'clockify', credentials: { api_key: apiKey }, settings });
  }

  /** Connects the owner's key for everybody; answers the integration. */
  async connectEverybody(caller: Caller): Promise<number> {
    const { body } = await this.connect(caller, this.boss, { scope: 'workspace' });
    return body.result.id;
  }

  disconnect({ api }: Caller, integrationId: number): Promise<ApiAnswer<string>> {
    return api.call('DELETE', `${PATH}?id=${integrationId}`);
  }

  async sync({ api }: Caller, integrationId: number, more: object = {}): Promise<SyncNow> {
    const body = { integration_id: integrationId, ...more };
    const [answer] = await api.expect<SyncNow[]>(200, 'POST', '/v1/rpc/sync', body);
    return answer!;
  }

  /** Carries out every push that is due. */
  deliver(): Promise<number> {
    return this.app.get(PushWorker).deliverDue();
  }

  /** The user behind an account at Clockify, with or without a login. */
  async ownerOf({ id }: ClockifyUser): Promise<number> {
    const owner = await this.app.get(PeopleService).ownerOf('clockify', id);
    if (owner === null) throw new Error(`Nobody is behind ${id}`);
    return owner;
  }

  count(table: string, where = 'true'): Promise<number> {
    return this.app.database
      .query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`)
      .then(([row]) => row!.n);
  }
}
