import type { TogglEntry, TogglUser } from '../../simulators/toggl/model.js';
import { TogglSimulator, type TogglSimulatorOptions } from '../../simulators/toggl/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { AppCaller, type Answer } from './app-caller.js';
import { addPerson, type Person } from './people.js';

export type { Answer, BinnacleLine, LogItem, TimerItem } from './app-caller.js';

export const NOW = new Date('2026-03-02T09:00:00Z');
/** Unix seconds of a time on the day of `NOW`. */
export const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`) / 1000;

/** Somebody with a login, a Toggl account and, once connected, an integration. */
export interface Tracker extends Person {
  toggl: TogglUser;
  integrationId: number;
}

/** The whole app with a simulated Toggl behind it; both live in the time of one clock. */
export class TogglApp extends AppCaller {
  private constructor(
    app: TestApp,
    readonly toggl: TogglSimulator,
    clock: FixedClock,
  ) {
    super(app, clock);
  }

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
}
