import { FixedClock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import type { Harness, ProviderUnderContract } from '../contract/harness.js';
import { AppCaller } from './app-caller.js';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { addPerson, type Person } from './people.js';
import { UncountedQuotas } from './quotas.js';
import { NOW } from './toggl.js';

/** Somebody with a login and a connected account, with a project there where entries must have one. */
export interface Member extends Person {
  /** The account at the service. */
  account: Harness;
  integrationId: number;
  /** Our id of their project; `null` where entries need none. */
  projectId: number | null;
}

/** The whole app with any one of the services behind it; both live in the time of one clock. */
export class ServiceApp extends AppCaller {
  private constructor(
    app: TestApp,
    clock: FixedClock,
    readonly subject: ProviderUnderContract,
    private readonly first: Harness,
  ) {
    super(app, clock);
  }

  static async start(
    subject: ProviderUnderContract,
    { env, hasHugeIds = false, ...options }: Pick<TestAppOptions, 'env' | 'config'> & { hasHugeIds?: boolean } = {},
  ): Promise<ServiceApp> {
    const clock = new FixedClock(NOW);
    const quotas = new UncountedQuotas();
    const first = await subject.start({ clock, http: new HttpClient({ clock }), quotas, hasHugeIds });
    const control = { retryScale: 0.0005, withoutJobs: true, callTimeoutMilliseconds: 5000 };
    const app = await startTestApp({
      clock,
      ...options,
      env: { ...first.environment, TEST_CONTROL: JSON.stringify(control), ...env },
    });
    return new ServiceApp(app, clock, subject, first);
  }

  get simulator(): Harness['simulator'] {
    return this.first.simulator;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.simulator.stop();
  }

  /** A person with an account of their own that is connected. */
  async addMember(username: string): Promise<Member> {
    const person = await addPerson(this.app, username);
    const account = await this.first.another();
    // Before it is connected: what is read then need not be read again.
    const project = this.subject.needsProject ? account.addProject('A project of their own') : null;
    const integrationId = await this.connect(person, account);
    const projectId = project === null ? null : await this.projectId(person, project);
    return { ...person, account, integrationId, projectId };
  }

  /** A log's fields that the service needs besides its times and text. */
  placeOf({ integrationId, projectId }: Member): object {
    return projectId === null ? { integration_id: integrationId } : { project_id: projectId };
  }

  /** What a member's credentials are, as they would type them. */
  credentialsOf({ connection }: Harness): Record<string, string> {
    return Object.fromEntries(Object.entries(connection.credentials).map(([name, value]) => [name, value.reveal()]));
  }

  private async connect(person: Person, account: Harness): Promise<number> {
    const answer = await this.call<{ id: number }>(person, 'POST', '/v1/resources/integrations', {
      provider: account.provider.key,
      credentials: this.credentialsOf(account),
    });
    if (answer.status !== 201) throw new Error(`Connecting answered ${answer.status}: ${answer.text}`);
    return answer.body.result.id;
  }

  private async projectId(person: Person, externalId: string): Promise<number> {
    const path = '/v1/resources/projects';
    const { body } = await this.call<{ id: number; external_id: string }[]>(person, 'GET', path);
    return body.result.find((project) => project.external_id === externalId)!.id;
  }
}
