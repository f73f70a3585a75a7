import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SyncNow, SyncStatus } from '../../src/sync/sync.service.js';
import { SyncWorker } from '../../src/sync/sync-worker.js';
import { at, TogglApp, type Tracker } from '../support/toggl.js';

interface PlanAnswer {
  plan_id: number;
  counts: SyncNow['counts'];
  rows: { action: string; entry_id: number | null; external_id: string | null; task: string }[];
}

let world: TogglApp;
let ana: Tracker;
let people = 0;

beforeAll(async () => {
  world = await TogglApp.start();
});

afterAll(() => world.close());

beforeEach(async () => {
  world.toggl.faults.clear();
  ana = await world.addTracker(`ana${++people}`);
  // Projects are fetched in the background after connecting: not while calls are counted.
  await world.call(ana, 'GET', '/v1/resources/projects');
});

const instant = (time: string): Date => new Date(at(time) * 1000);

async function sync(body: object = {}): Promise<SyncNow> {
  const answer = await world.call<SyncNow[]>(ana, 'POST', '/v1/rpc/sync', body);
  expect([answer.status, answer.body.message]).toEqual([200, undefined]);
  return answer.body.result[0]!;
}

const dryRun = async (): Promise<PlanAnswer> =>
  (await world.call<PlanAnswer[]>(ana, 'POST', '/v1/rpc/sync', { dry_run: true })).body.result[0]!;

const status = async (): Promise<SyncStatus> =>
  (await world.call<SyncStatus[]>(ana, 'GET', '/v1/resources/sync')).body.result[0]!;

/** Time passes at both ends, as between two syncs. */
const later = (minutes: number): void => world.clock.advance(minutes * 60_000);

/** Nobody else's moment has come. */
async function onlyDue({ integrationId }: Tracker): Promise<void> {
  await world.app.database.execute(
    `insert into sync_states (id) select id from integrations on conflict (id) do nothing`,
  );
  await world.app.database.execute(
    `update sync_states set next_at = case when id = $1 then now() else now() + interval '1 day' end`,
    [integrationId],
  );
}

const typedInTheApp = (description = 'In the app'): string =>
  world.toggl.startInApp({ user: ana.toggl, description, start: instant('07:00:00'), stop: instant('08:30:00') });

describe('sync', () => {
  it('brings what was done in the app, to the second, and a second time nothing', async () => {
    const externalId = typedInTheApp();
    expect(await sync()).toMatchObject({ state: 'done', counts: { created: 1 } });
    expect(await world.listLogs(ana)).toEqual([
      expect.objectContaining({
        task: 'In the app',
        start: at('07:00:00'),
        end: at('08:30:00'),
        external_id: externalId,
      }),
    ]);
    const rows = await world.app.database.query('select count(*)::int as n from sessions_binnacle');
    expect((await sync({ days: 7 })).counts).toMatchObject({ created: 0, updated: 0, deleted: 0, unchanged: 1 });
    expect(await world.app.database.query('select count(*)::int as n from sessions_binnacle')).toEqual(rows);
  });

  it('knows the project of what it brings right after connecting, though projects are slow to come', async () => {
    const { id } = world.toggl.model.addProject(ana.toggl.defaultWorkspaceId, { name: 'Website' });
    const start = instant('07:00:00');
    world.toggl.startInApp({
      user: ana.toggl,
      description: 'In it',
      projectId: id.toString(),
      start,
      stop: instant('08:00:00'),
    });
    await world.call(ana, 'GET', '/v1/resources/projects');
    await world.call(ana, 'DELETE', `/v1/resources/integrations?id=${ana.integrationId}`);
    world.toggl.dripMilliseconds = 2;
    world.toggl.faults.add({ path: /\/projects$/, action: 'slow' });
    await world.app.database.execute('delete from projects where integration_id = $1', [ana.integrationId]);
    await world.connect(ana, ana.toggl);
    expect(await sync()).toMatchObject({ state: 'done', counts: { created: 1 } });
    expect((await world.listLogs(ana))[0]?.project_id).toEqual(expect.any(Number));
  });

  it('brings later changes and removals by asking for the changes alone: one call', async () => {
    const [edited, removed] = [typedInTheApp('one'), typedInTheApp('two')];
    await sync();
    later(5);
    world.toggl.editInApp(edited, { description: 'one, corrected' });
    world.toggl.deleteInApp(removed);
    const calls = world.toggl.calls.length;
    expect((await sync()).counts).toMatchObject({ created: 0, updated: 1, deleted: 1 });
    expect(world.toggl.calls.length - calls).toBe(1);
    expect((await world.listLogs(ana)).map((log) => log.task)).toEqual(['one, corrected']);
  });

  it('finds by walking what has gone, and only what was seen there before', async () => {
    const removed = typedInTheApp('gone');
    await sync();
    const draft = await world.addLog(ana, { task: 'only here', start: at('06:00:00'), end: at('06:30:00') }, '');
    world.toggl.deleteInApp(removed);
    expect((await sync({ days: 7 })).counts).toMatchObject({ deleted: 1 });
    expect((await world.listLogs(ana)).map((log) => log.id)).toEqual([draft.id]);
  });

  it('keeps an entry of our own one row, however often it is seen again', async () => {
    const log = await world.addLog(ana, {
      task: 'Mine',
      start: at('07:00:00'),
      end: at('08:00:00'),
      integration_id: ana.integrationId,
    });
    expect((await sync()).counts).toMatchObject({ created: 0, updated: 0 });
    expect((await sync({ days: 7 })).counts).toMatchObject({ created: 0, updated: 0 });
    expect((await world.listLogs(ana)).map(({ id }) => id)).toEqual([log.id]);
  });

  it('lets the service win when both sides changed, and keeps ours in the binnacle', async () => {
    const externalId = typedInTheApp('both');
    await sync();
    const [log] = await world.listLogs(ana);
    later(5);
    const refuse = { method: 'PUT', path: new RegExp(externalId), times: 10_000 };
    world.toggl.faults.add({ ...refuse, action: { status: 503, body: '' } });
    await world.call(ana, 'PUT', '/v1/resources/logs', { id: log!.id, task: 'ours' });
    await expect.poll(async () => (await world.getLog(ana, log!.id)).sync.error).not.toBeNull();
    // Its next try is far off: none is under way while the service is read.
    const postpone = `update pushes set next_at = now() + interval '1 hour' where entry_id = $1 and state = 'pending'`;
    await expect.poll(() => world.app.database.execute(postpone, [log!.id])).toBe(1);
    world.toggl.editInApp(externalId, { description: 'theirs' });
    await sync();
    await expect.poll(async () => (await world.getLog(ana, log!.id)).sync.state).toBe('synced');
    expect(await world.getLog(ana, log!.id)).toMatchObject({ task: 'theirs' });
    const history = await world.app.database.query<{ task: string }>(
      `select snapshot->>'description' as task from sessions_binnacle where entry_id = $1 order by sequence`,
      [log!.id],
    );
    expect(history.map(({ task }) => task)).toEqual(['both', 'ours', 'theirs']);
  });

  it('plans without changing anything, then carries out exactly the plan', async () => {
    typedInTheApp('planned');
    const plan = await dryRun();
    expect(plan.rows).toEqual([expect.objectContaining({ action: 'create', entry_id: null, task: 'planned' })]);
    expect(await world.listLogs(ana)).toEqual([]);
    const calls = world.toggl.calls.length;
    expect(await sync({ plan_id: plan.plan_id })).toMatchObject({ state: 'done', counts: { created: 1 } });
    expect(world.toggl.calls.length).toBe(calls);
    expect((await world.listLogs(ana)).map((log) => log.task)).toEqual(['planned']);
    const again = await world.call(ana, 'POST', '/v1/rpc/sync', { plan_id: plan.plan_id });
    expect([again.status, again.body.code]).toEqual([409, 'SYNC.PLAN_APPLIED']);
  });

  it('refuses a plan whose entries have moved since, and somebody else’s', async () => {
    const externalId = typedInTheApp('moving');
    await sync();
    later(5);
    world.toggl.editInApp(externalId, { description: 'moved there' });
    const plan = await dryRun();
    expect(plan.rows).toEqual([expect.objectContaining({ action: 'update', task: 'moved there' })]);
    const [log] = await world.listLogs(ana);
    await world.call(ana, 'PUT', '/v1/resources/logs', { id: log!.id, category: 'Coding' });
    const stale = await world.call(ana, 'POST', '/v1/rpc/sync', { plan_id: plan.plan_id });
    expect([stale.status, stale.body.code]).toEqual([409, 'SYNC.PLAN_STALE']);
    const berta = await world.addTracker(`berta${people}`);
    const foreign = await world.call(berta, 'POST', '/v1/rpc/sync', { plan_id: plan.plan_id });
    expect(foreign.status).toBe(404);
  });

  it('waits for the quota as long as the service says, and tells so', async () => {
    const headers = { 'x-toggl-quota-remaining': '0', 'x-toggl-quota-resets-in': '900' };
    const body = 'You have hit your hourly limit for API calls. The quota will reset in 900 seconds.';
    world.toggl.faults.add({ path: /time_entries/, times: 1, action: { status: 402, headers, body } });
    expect(await sync()).toMatchObject({ state: 'error' });
    const now = await status();
    expect(now).toMatchObject({ state: 'waiting', connected: true });
    expect(now.reason).toContain('limit');
    expect(now.next_sync! - Date.now() / 1000).toBeGreaterThan(850);
  });

  it('keeps the last calls of an hour for what people press, and says until when', async () => {
    const told = { 'x-toggl-quota-remaining': '4', 'x-toggl-quota-resets-in': '1200' };
    world.toggl.faults.add({ path: /time_entries/, times: 1, action: { status: 200, headers: told, body: '[]' } });
    await sync();
    await onlyDue(ana);
    const calls = world.toggl.calls.length;
    await world.app.get(SyncWorker).syncDue();
    expect(world.toggl.calls.length).toBe(calls);
    expect(await status()).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('4 calls are left'),
      quota: [{ bucket: 'user', remaining: 4 }],
    });
    expect(await sync()).toMatchObject({ state: 'done' });
  });

  it('leaves everything as it is when the service answers garbage', async () => {
    typedInTheApp('kept');
    await sync();
    world.toggl.faults.add({ path: /time_entries/, times: 3, action: 'truncated' });
    expect(await sync({ days: 7 })).toMatchObject({ state: 'error' });
    expect((await world.listLogs(ana)).map((log) => log.task)).toEqual(['kept']);
    expect(await status()).toMatchObject({ state: 'error', last_error: expect.any(String) });
  });

  it('is switched off and slowed down by its user', async () => {
    await sync();
    const off = await world.call<SyncStatus[]>(ana, 'PUT', '/v1/resources/sync', {
      auto: false,
      interval_seconds: 3600,
    });
    expect(off.body.result[0]).toMatchObject({ state: 'off', next_sync: null });
    const refused = await world.call(ana, 'PUT', '/v1/resources/sync', { interval_seconds: 5 });
    expect(refused.status).toBe(400);
  });

  it('happens by itself when its moment has come', async () => {
    typedInTheApp('by itself');
    await onlyDue(ana);
    expect(await world.app.get(SyncWorker).syncDue()).toBe(1);
    expect((await world.listLogs(ana)).map((log) => log.task)).toEqual(['by itself']);
    expect(await status()).toMatchObject({ state: 'idle', entries_synced: 1, last_error: null });
  });
});
