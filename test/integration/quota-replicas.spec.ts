import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import { ZohoDeskSimulator } from '../../simulators/zoho-desk/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import type { SyncNow, SyncStatus } from '../../src/sync/sync.service.js';
import { SyncWorker } from '../../src/sync/sync-worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';
import { endPauses } from '../support/quotas.js';
import { NOW, TogglApp, type Tracker } from '../support/toggl.js';

const MINUTE = 60_000;
/** Quotas are told in the time of the clock that both replicas and the service share. */
const TEST_CONTROL = JSON.stringify({ retryScale: 1, withoutJobs: true });

async function call<T>(app: TestApp, person: Person, method: string, path: string, body?: object): Promise<T> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { ...person.bearer, ...type };
  const answer = await fetch(app.url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return (JSON.parse(text) as { result: T }).result;
}

const statusOf = async (app: TestApp, person: Person): Promise<SyncStatus> =>
  (await call<SyncStatus[]>(app, person, 'GET', '/v1/resources/sync'))[0]!;
const syncNow = async (app: TestApp, person: Person, body: object = {}): Promise<SyncNow> =>
  (await call<SyncNow[]>(app, person, 'POST', '/v1/rpc/sync', body))[0]!;

/** The moment of every integration has come, and the clocks of all replicas look. */
async function tick(apps: readonly TestApp[]): Promise<void> {
  await apps[0]!.database.execute(
    'insert into sync_states (id) select id from integrations on conflict (id) do nothing',
  );
  await apps[0]!.database.execute("update sync_states set next_at = now() - interval '1 second'");
  await Promise.all(apps.map((app) => app.get(SyncWorker).syncDue()));
}

describe('two replicas before one Toggl of 30 calls an hour', () => {
  let world: TogglApp;
  let other: TestApp;
  let apps: TestApp[];
  let ana: Tracker;

  beforeEach(async () => {
    world = await TogglApp.start({ env: { TEST_CONTROL }, toggl: { quota: true } });
    other = await startTestApp({ beside: world.app, clock: world.clock });
    apps = [world.app, other];
    ana = await world.addTracker('ana');
    // What connecting took is forgotten: every test begins with a full hour.
    await call(other, ana, 'GET', '/v1/resources/projects');
    world.clock.advance(60 * MINUTE);
    world.toggl.calls.length = 0;
  });

  afterEach(async () => {
    await other.close();
    await world.close();
  });

  /** Calls of the user's own hour, which Toggl counts apart from those of the workspace. */
  const userCalls = () => world.toggl.calls.filter(({ path }) => path.startsWith('/me'));
  const refusals = () => world.toggl.calls.filter(({ status }) => status === 402);

  it('never make more than 30 together, whatever is asked of them', async () => {
    const asked = Array.from({ length: 50 }, (_, index) =>
      syncNow(apps[index % 2]!, ana, { days: 1, dry_run: true }).catch(() => null),
    );
    await Promise.all(asked);
    await Promise.all(Array.from({ length: 10 }, () => syncNow(apps[0]!, ana)));
    expect([userCalls().length, refusals()]).toEqual([30, []]);
    expect((await syncNow(other, ana)).error).toContain('used up');
    world.clock.advance(60 * MINUTE);
    expect(await syncNow(other, ana)).toMatchObject({ state: 'done' });
  });

  it('read every five minutes for hours at one call a cycle, and never need to wait', async () => {
    for (let cycle = 0; cycle < 24; cycle += 1) {
      const before = world.toggl.calls.length;
      await tick(apps);
      expect(world.toggl.calls.length - before).toBe(1);
      expect(await statusOf(other, ana)).toMatchObject({ state: 'idle', reason: null });
      world.clock.advance(5 * MINUTE);
    }
    expect(refusals()).toEqual([]);
  });

  it('leave the last calls to people: the clock stops, a press through either replica works', async () => {
    for (let cycle = 0; cycle < 30; cycle += 1) await tick(apps);
    expect(userCalls()).toHaveLength(24);
    const waiting = await statusOf(other, ana);
    expect(waiting).toMatchObject({ state: 'waiting', connected: true });
    expect(waiting.reason).toContain('6 calls are left until 2026-03-02T11:00:00.000Z: they are kept for what you do');
    expect(waiting.quota).toContainEqual({
      bucket: 'user',
      remaining: 6,
      limit: 30,
      resets_at: Date.parse('2026-03-02T11:00:00Z') / 1000,
    });
    // The server's clock counts the delay; the service's hour is told by ours.
    expect(waiting.next_sync! - Date.now() / 1000).toBeGreaterThan(3500);
    const started = await call<{ action: string }>(other, ana, 'POST', '/v1/rpc/timer/toggle', { task: 'Working' });
    expect(started).toMatchObject({ action: 'started' });
    const stopped = await call<{ action: string }>(apps[0]!, ana, 'POST', '/v1/rpc/timer/toggle');
    expect(stopped).toMatchObject({ action: 'stopped' });
    expect(await syncNow(other, ana)).toMatchObject({ state: 'done' });
    expect(refusals()).toEqual([]);
    world.clock.advance(60 * MINUTE);
    await tick(apps);
    expect(await statusOf(other, ana)).toMatchObject({ state: 'idle', reason: null });
  });

  it('are both silent while one was told to wait', async () => {
    const headers = { 'retry-after': '600' };
    world.toggl.faults.add({ method: 'GET', times: 1, action: { status: 429, headers, body: '' } });
    expect(await syncNow(world.app, ana)).toMatchObject({ state: 'error' });
    const calls = world.toggl.calls.length;
    expect((await syncNow(other, ana)).error).toContain('asked to wait');
    await tick(apps);
    expect(world.toggl.calls).toHaveLength(calls);
    const { state, quota } = await statusOf(other, ana);
    expect([state, quota[0]]).toMatchObject(['waiting', { bucket: 'token', remaining: 0 }]);
    await endPauses(world.app);
    expect(await syncNow(other, ana)).toMatchObject({ state: 'done' });
  });

  it('read less often when the user wants it more often than the hour allows', async () => {
    await call(other, ana, 'PUT', '/v1/resources/sync', { interval_seconds: 60 });
    await tick(apps);
    const status = await statusOf(world.app, ana);
    expect(status).toMatchObject({ state: 'idle', reason: expect.stringContaining('29 calls are left') as string });
    // 23 of them are the clock's.
    expect(Math.round(status.next_sync! - Date.now() / 1000)).toBeGreaterThanOrEqual(150);
  });

  it('tell what a plan took and what carrying it out takes', async () => {
    const [plan] = await call<{ cost: object }[]>(other, ana, 'POST', '/v1/rpc/sync', { dry_run: true });
    expect(plan!.cost).toEqual({ calls_used: 1, calls_to_apply: 0 });
    expect(world.toggl.calls).toHaveLength(1);
  });

  it('keep no credential where they count', async () => {
    await syncNow(other, ana);
    await call(other, ana, 'POST', '/v1/rpc/timer/start', { task: 'Working' });
    const keys = await world.app.database.query<{ bucket_key: string }>('select bucket_key from quota_buckets');
    expect(keys.length).toBeGreaterThan(1);
    expect(JSON.stringify(keys)).not.toContain(ana.toggl.token);
  });
});

describe('two replicas before a free workspace at Clockify, which says nothing of its 30 calls an hour', () => {
  let clock: FixedClock;
  let clockify: ClockifySimulator;
  let apps: TestApp[];
  let ana: Person;

  beforeEach(async () => {
    clock = new FixedClock(NOW);
    clockify = new ClockifySimulator({ now: () => clock.now().getTime(), quota: true });
    await clockify.start();
    const env = { CLOCKIFY_BASE_URL: clockify.url, TEST_CONTROL };
    const first = await startTestApp({ clock, env });
    apps = [first, await startTestApp({ beside: first, clock })];
    ana = await addPerson(first, 'ana');
  });

  afterEach(async () => {
    for (const app of apps.toReversed()) await app.close();
    await clockify.stop();
  });

  const connect = async (plan: 'FREE' | 'PRO') => {
    const user = clockify.addUser({ plan });
    const body = { provider: 'clockify', credentials: { api_key: user.apiKey } };
    await call(apps[0]!, ana, 'POST', '/v1/resources/integrations', body);
    await call(apps[0]!, ana, 'GET', '/v1/resources/projects');
    clock.advance(60 * MINUTE);
    clockify.calls.length = 0;
    return user;
  };

  it('never make more than 30 together, and the clock leaves six', async () => {
    await connect('FREE');
    for (let cycle = 0; cycle < 30; cycle += 1) await tick(apps);
    expect(clockify.calls).toHaveLength(24);
    expect(await statusOf(apps[1]!, ana)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('6 calls are left') as string,
      quota: [{ bucket: 'workspace', remaining: 6, limit: 30 }],
    });
    for (let press = 0; press < 8; press += 1) await syncNow(apps[press % 2]!, ana);
    expect(clockify.calls.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200));
  });

  it('read a quiet workspace with one call a cycle, tags and all', async () => {
    const user = await connect('FREE');
    const tag = clockify.model.addTag(user.defaultWorkspaceId, 'deep');
    const start = new Date(NOW.getTime() - 60 * MINUTE);
    clockify.startInApp({ user, description: 'Done', start, stop: new Date(NOW.getTime()), tags: [tag.name] });
    await tick(apps);
    for (let cycle = 0; cycle < 12; cycle += 1) {
      clock.advance(5 * MINUTE);
      const before = clockify.calls.length;
      await tick(apps);
      expect(clockify.calls.length - before).toBe(1);
    }
    expect((await statusOf(apps[1]!, ana)).state).toBe('idle');
  });

  it('are not held up in a paid one', async () => {
    await connect('PRO');
    for (let cycle = 0; cycle < 40; cycle += 1) await tick(apps);
    expect(clockify.calls).toHaveLength(40);
  });
});

describe('two replicas before a Zoho Desk portal of few credits', () => {
  it('count its credits by the day, keep some for people, and show them', async () => {
    const clock = new FixedClock(NOW);
    const desk = new ZohoDeskSimulator({ now: () => clock.now().getTime(), creditsPerDay: 80 });
    await desk.start();
    const env = { ZOHO_ACCOUNTS_URL: desk.url, ZOHO_DESK_URL: desk.url, TEST_CONTROL };
    const first = await startTestApp({ clock, env });
    const apps = [first, await startTestApp({ beside: first, clock })];
    const ana = await addPerson(first, 'ana');
    const { client, refreshToken, portal } = desk.addAccount();
    const credentials = {
      client_id: client.id,
      client_secret: client.secret,
      refresh_token: refreshToken,
      org_id: portal.id,
    };
    await call(first, ana, 'POST', '/v1/resources/integrations', { provider: 'zoho_desk', credentials });
    for (let cycle = 0; cycle < 20; cycle += 1) await tick(apps);
    const { state, reason, quota } = await statusOf(apps[1]!, ana);
    expect(state).toBe('waiting');
    expect(reason).toContain('credits');
    const credits = quota.find(({ bucket }) => bucket === 'credits')!;
    expect(credits.remaining).toBeGreaterThanOrEqual(18);
    expect(credits.remaining).toBeLessThan(18 + 6);
    expect(desk.calls.filter(({ status }) => status === 429)).toEqual([]);
    expect(await syncNow(apps[1]!, ana)).toMatchObject({ state: 'done' });
    clock.advance(24 * 60 * MINUTE);
    await tick(apps);
    expect((await statusOf(apps[0]!, ana)).state).toBe('idle');
    for (const app of apps.toReversed()) await app.close();
    await desk.stop();
  });
});
