import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { TogglSimulator } from '../../simulators/toggl/simulator.js';
import type { TogglUser } from '../../simulators/toggl/model.js';
import type { TestControl } from '../../src/config/test-control.js';
import { ApiClient } from './api-client.js';
import { runUntilEnd, startChildApp, startCli, type ChildApp, type Ended } from './child-app.js';
import { cloneDatabase, type TestDatabase } from './postgres.js';

const newKey = () => randomBytes(32).toString('base64');

export interface FaultWorldOptions {
  testControl?: TestControl;
  simulator?: ConstructorParameters<typeof TogglSimulator>[0];
  /** Instead of one of the run's own server; dropped with the world. */
  testDatabase?: TestDatabase;
}

/**
 * The built app as real processes over a real database, and the outside services as simulators in the test's own process.
 * Everything secret in it is a canary: `canaries` lists what no log line may show.
 */
export class FaultWorld {
  readonly apps: ChildApp[] = [];
  readonly canaries = new Set<string>();
  readonly keys = { k1: newKey(), k2: newKey() };
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-fault-'));
  private readonly adminPassword = randomBytes(18).toString('base64url');
  private readonly secretToken = randomBytes(24).toString('base64url');

  private constructor(
    readonly toggl: TogglSimulator,
    readonly testDatabase: TestDatabase,
    readonly database: pg.Pool,
    private readonly testControl: TestControl,
  ) {
    for (const secret of [...Object.values(this.keys), this.adminPassword, this.secretToken]) this.canaries.add(secret);
  }

  static async create({ testControl = {}, simulator, testDatabase }: FaultWorldOptions = {}): Promise<FaultWorld> {
    const toggl = new TogglSimulator(simulator);
    await toggl.start();
    const database = testDatabase ?? (await cloneDatabase());
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    return new FaultWorld(toggl, database, pool, testControl);
  }

  /** The environment of every process of this world. */
  env(extra: Record<string, string> = {}, testControl: TestControl = {}): Record<string, string> {
    return {
      NODE_ENV: 'test',
      DATA_DIR: this.folder,
      DATABASE_URL: this.testDatabase.url,
      ADMIN_PASSWORD: this.adminPassword,
      SECRET_TOKEN: this.secretToken,
      ENCRYPTION_KEYS: `k1:${this.keys.k1}`,
      TOGGL_BASE_URL: this.toggl.url,
      RATE_LIMIT_PER_SECOND: '0',
      TEST_CONTROL: JSON.stringify({ withoutJobs: true, ...this.testControl, ...testControl }),
      ...extra,
    };
  }

  async start(testControl: TestControl = {}, extra: Record<string, string> = {}): Promise<ChildApp> {
    const app = await startChildApp(this.folder, this.env(extra, testControl));
    this.apps.push(app);
    return app;
  }

  /** Where the app is expected to refuse to start. */
  runUntilEnd(extra: Record<string, string>): Promise<Ended> {
    return runUntilEnd(this.folder, this.env({ PORT: '0', ...extra }));
  }

  cli(words: readonly string[], extra: Record<string, string> = {}, testControl: TestControl = {}) {
    return startCli(this.folder, this.env(extra, testControl), ...words);
  }

  /** The process that was started last and lives. */
  get url(): string {
    const { running } = this;
    if (running === undefined) throw new Error('No process of this world is running.');
    return running.url;
  }

  /** By the process that lives, else by a command with this environment. */
  async verifyBinnacle(env: Record<string, string>): Promise<{ isIntact: boolean; report: string }> {
    // With keys of its own it is asked of the command line: what runs may know others.
    if (this.running === undefined || Object.keys(env).length > 0) {
      const { code, stdout, stderr } = await this.cli(['verify-binnacle'], env).ended;
      return { isIntact: code === 0, report: stdout + stderr };
    }
    const headers = { authorization: this.secretToken };
    const answer = await fetch(`${this.url}/api-clockify/session-binnacle/verify`, { headers });
    const report = await answer.text();
    return { isIntact: answer.ok && (JSON.parse(report) as { intact: boolean }).intact, report };
  }

  private get running(): ChildApp | undefined {
    return this.apps.findLast((one) => one.isRunning());
  }

  /** Somebody with a login, calling whichever process lives, unless it is said whom. */
  async addUser(username: string, url: () => string = () => this.url): Promise<ApiClient> {
    const admin = new ApiClient(() => this.url, { cookie: await this.cookieOf('admin', this.adminPassword) });
    const password = randomBytes(12).toString('base64url');
    await admin.expect(201, 'POST', '/v1/resources/users', { username, password });
    const browser = new ApiClient(() => this.url, { cookie: await this.cookieOf(username, password) });
    const { token } = await browser.expect<{ token: string }>(201, 'POST', '/v1/resources/tokens', { name: 'test' });
    for (const secret of [password, token]) this.canaries.add(secret);
    return new ApiClient(url, { authorization: `Bearer ${token}` }, token);
  }

  /** Connects an account of its own at the simulated Toggl; answers the integration's id. */
  async connectToggl(caller: ApiClient, account: TogglUser = this.toggl.addUser()): Promise<number> {
    this.canaries.add(account.token);
    this.canaries.add(Buffer.from(`${account.token}:api_token`).toString('base64'));
    const { id } = await caller.expect<{ id: number }>(201, 'POST', '/v1/resources/integrations', {
      provider: 'toggl',
      name: account.fullname,
      credentials: { api_token: account.token },
    });
    return id;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }

  /** The first column of the first row. */
  async value<T>(text: string, values: unknown[] = []): Promise<T> {
    const [row] = await this.query(text, values);
    return Object.values(row!)[0] as T;
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.filter((app) => app.isRunning()).map((app) => app.stop('SIGKILL')));
    await this.toggl.stop();
    await this.database.end();
    await this.testDatabase.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async cookieOf(username: string, password: string): Promise<string> {
    const answer = await fetch(`${this.url}/v1/rpc/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (answer.status !== 200) throw new Error(`Signing in as ${username} answered ${answer.status}`);
    return answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }
}
