import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { at, TogglApp, type LogItem, type Tracker } from '../support/toggl.js';
import { stopwatch } from '../support/stopwatch.js';

const PATH = '/v1/resources/logs';
const HOURS = { start: at('07:00:00'), end: at('08:00:00') };

describe('logs and their service', () => {
  let world: TogglApp;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterEach(() => {
    world.toggl.faults.clear();
    world.toggl.isThrottling = false;
  });

  afterAll(() => world.close());

  const newcomer = () => world.addTracker(`person${(count += 1)}`);
  const put = (ana: Tracker, id: number, body: object, query = '?wait=true') =>
    world.call<LogItem>(ana, 'PUT', `${PATH}/${id}${query}`, body);
  const remove = (ana: Tracker, id: number) => world.call(ana, 'DELETE', `${PATH}/${id}?wait=true`);
  const settled = (ana: Tracker, id: number) => expect.poll(async () => (await world.getLog(ana, id)).sync.state);
  const slowly = (method: string) => {
    world.toggl.dripMilliseconds = 3;
    world.toggl.faults.add({ method, path: /time_entries/, action: 'slow' });
  };
  const underWay = (id: number) =>
    expect.poll(async () => {
      const [row] = await world.app.database.query<{ state: string }>('select state from pushes where entry_id = $1', [
        id,
      ]);
      return row?.state;
    });

  it('agree to the second, field by field, once a write has waited for its push', async () => {
    const ana = await newcomer();
    const [project] = await world.addProjects(ana, 'Alpha');
    const log = await world.addLog(ana, { task: 'Ünïcode 👩‍👩‍👧', tags: ['a', 'b'], project_id: project, ...HOURS });
    expect(log.sync).toEqual({ state: 'synced', missing: [], error: null, note: null });
    const [entry, ...more] = world.there(ana);
    expect(more).toEqual([]);
    expect(log.external_id).toBe(entry!.id.toString());
    expect(entry).toMatchObject({ description: 'Ünïcode 👩‍👩‍👧', start: HOURS.start, stop: HOURS.end, isBillable: true });
    expect(entry!.tagIds.map((id) => world.toggl.model.tags.get(id)!.name)).toEqual(['a', 'b']);
    expect(world.toggl.model.projects.get(entry!.projectId!)!.name).toBe('Alpha');
  });

  it('answer at once with pending unless they are told to wait', async () => {
    const ana = await newcomer();
    slowly('POST');
    const took = stopwatch();
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS }, '');
    expect(took()).toBeLessThan(500);
    expect(log).toMatchObject({ external_id: null, sync: { state: 'pending' } });
    await settled(ana, log.id).toBe('synced');
  });

  it('take over the whole seconds the service keeps', async () => {
    const ana = await newcomer();
    const times = { start: HOURS.start + 0.6, end: HOURS.end + 0.4 };
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...times });
    expect(log).toMatchObject({ ...HOURS, sync: { state: 'synced' } });
    expect(world.there(ana)).toMatchObject([{ start: HOURS.start, stop: HOURS.end }]);
  });

  it('follow edits and deletes there', async () => {
    const ana = await newcomer();
    const log = await world.addLog(ana, { task: 'a', tags: ['x'], integration_id: ana.integrationId, ...HOURS });
    const edited = await put(ana, log.id, { task: 'b', tags: [], end: at('08:30:00'), billable: false });
    expect(edited.body.result).toMatchObject({ external_id: log.external_id, sync: { state: 'synced' } });
    const there = { description: 'b', tagIds: [], stop: at('08:30:00'), isBillable: false };
    expect(world.there(ana)).toMatchObject([there]);
    expect(await remove(ana, log.id)).toMatchObject({ status: 200, text: 'Success' });
    expect(world.there(ana)).toEqual([]);
    expect((await remove(ana, log.id)).status).toBe(404);
  });

  it('edited while the create is under way end in the right state there, once', async () => {
    const ana = await newcomer();
    slowly('POST');
    const { id } = await world.addLog(ana, { task: '0', integration_id: ana.integrationId, ...HOURS }, '');
    await underWay(id).toBe('sending');
    for (let edit = 1; edit <= 5; edit += 1) await put(ana, id, { task: String(edit) }, '');
    await settled(ana, id).toBe('synced');
    expect(world.there(ana)).toMatchObject([{ description: '5' }]);
    expect(await world.getLog(ana, id)).toMatchObject({ task: '5', external_id: world.there(ana)[0]!.id.toString() });
  });

  it('deleted while the create is under way are absent there in the end', async () => {
    const ana = await newcomer();
    slowly('POST');
    const { id } = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS }, '');
    await expect.poll(() => world.toggl.model.entriesOf(ana.toggl.id).length).toBe(1);
    expect((await remove(ana, id)).status).toBe(200);
    await underWay(id).toBe('done');
    expect(world.there(ana)).toEqual([]);
    expect(world.toggl.model.entriesOf(ana.toggl.id)).toHaveLength(1);
  });

  it('deleted before their push has begun never get there', async () => {
    const ana = await newcomer();
    world.toggl.isThrottling = true;
    const { id } = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS }, '');
    await underWay(id).toBe('pending');
    await world.call(ana, 'DELETE', `${PATH}/${id}`);
    world.toggl.isThrottling = false;
    await underWay(id).toBe('done');
    expect(world.toggl.model.entriesOf(ana.toggl.id)).toEqual([]);
  });

  it.each(['create-then-reset', 'create-then-garbage', 'truncated'] as const)(
    'are there once when the answer to the create is lost: %s',
    async (action) => {
      const ana = await newcomer();
      world.toggl.faults.add({ method: 'POST', path: /time_entries$/, action });
      const { id } = await world.addLog(ana, { task: action, integration_id: ana.integrationId, ...HOURS }, '');
      await settled(ana, id).toBe('synced');
      expect(world.there(ana)).toMatchObject([{ description: action }]);
      expect((await world.getLog(ana, id)).external_id).toBe(world.there(ana)[0]!.id.toString());
    },
  );

  it('refused by the service say why, and are repaired by a PUT', async () => {
    const ana = await newcomer();
    const [project] = await world.addProjects(ana, 'Demanded');
    world.toggl.model.workspaces.get(ana.toggl.defaultWorkspaceId)!.requiredFields.add('project');
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS });
    expect(log).toMatchObject({ external_id: null, sync: { state: 'failed' } });
    expect(log.sync.error).toBe('project is required in this workspace');
    const repaired = await put(ana, log.id, { project_id: project });
    expect(repaired.body.result).toMatchObject({ project_id: project, sync: { state: 'synced', error: null } });
    expect(world.there(ana)).toHaveLength(1);
  });

  it('deleted in the app are deleted here when they are edited, and the binnacle says why', async () => {
    const ana = await newcomer();
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS });
    world.toggl.deleteInApp(log.external_id!);
    expect(await put(ana, log.id, { task: 'y' })).toMatchObject({ status: 404, body: { code: 'LOG.NOT_FOUND' } });
    expect((await world.call(ana, 'GET', `${PATH}/${log.id}`)).status).toBe(404);
    expect((await world.binnacle(log.id)).at(-1)).toMatchObject({
      action: 'deleted',
      actor_kind: 'provider',
      actor_id: 'toggl',
      origin_kind: 'push',
      reason: 'it was deleted at the service in the meantime',
    });
    expect(world.there(ana)).toEqual([]);
  });

  it('deleted in the app and then here are simply gone', async () => {
    const ana = await newcomer();
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS });
    world.toggl.deleteInApp(log.external_id!);
    expect((await remove(ana, log.id)).status).toBe(200);
    await underWay(log.id).toBe('done');
  });

  it('made incomplete are removed there and kept here, and inserted again once they are complete', async () => {
    const ana = await newcomer();
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS });
    // No request makes an entry a draft at a service with timers: another door to the ledger does.
    const author = { actor: { kind: 'user', id: String(ana.id) }, origin: null } as const;
    const patch = { endedAt: null, isRunning: false };
    await world.app.transactions.run((tx) =>
      world.app.get(TimeEntriesService).apply([{ kind: 'edit', id: log.id, patch }], author, tx),
    );
    await expect.poll(() => world.there(ana)).toEqual([]);
    await expect.poll(async () => (await world.getLog(ana, log.id)).external_id).toBeNull();
    const draft = await world.getLog(ana, log.id);
    expect(draft).toMatchObject({ end: null, running: false, sync: { state: 'incomplete', missing: ['end'] } });
    const complete = await put(ana, log.id, { end: at('08:15:00') });
    expect(complete.body.result).toMatchObject({ sync: { state: 'synced', missing: [] } });
    expect(complete.body.result.external_id).not.toBe(log.external_id);
    expect(world.there(ana)).toMatchObject([{ stop: at('08:15:00') }]);
    const actions = (await world.binnacle(log.id)).map(({ action }) => action);
    expect(actions).toEqual(['created', 'linked', 'edited', 'unlinked', 'edited', 'linked']);
  });

  it('written here go there when they are given an integration, and a draft begins to run', async () => {
    const ana = await newcomer();
    const ended = await world.addLog(ana, { task: 'ended', ...HOURS });
    const moved = await put(ana, ended.id, { integration_id: ana.integrationId });
    expect(moved.body.result).toMatchObject({ provider: 'toggl', sync: { state: 'synced' } });
    const draft = await world.addLog(ana, { task: 'draft', start: at('08:50:00') });
    expect(draft).toMatchObject({ running: false, sync: { state: 'local' } });
    const running = await put(ana, draft.id, { integration_id: ana.integrationId });
    expect(running.body.result).toMatchObject({ running: true, sync: { state: 'synced' } });
    expect(world.there(ana)).toMatchObject([
      { description: 'ended', start: HOURS.start, stop: HOURS.end },
      { description: 'draft', start: at('08:50:00'), stop: null },
    ]);
  });

  it('moved to another account leave the first and appear in the second', async () => {
    const ana = await newcomer();
    const user = world.toggl.addUser();
    const other = (await world.connect(ana, user)).body.result.id;
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS });
    const moved = await put(ana, log.id, { integration_id: other });
    expect(moved.body.result).toMatchObject({ integration_id: other, sync: { state: 'synced' } });
    expect(world.there(ana)).toEqual([]);
    expect(world.there({ toggl: user })).toMatchObject([{ description: 'x', start: HOURS.start }]);
    const back = await put(ana, log.id, { integration_id: ana.integrationId });
    expect(back.body.result).toMatchObject({ integration_id: ana.integrationId, sync: { state: 'synced' } });
    expect([world.there(ana).length, world.there({ toggl: user }).length]).toEqual([1, 0]);
  });

  it('sum up to the same seconds here and there after a storm of changes', async () => {
    const ana = await newcomer();
    const ids: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      const start = at('00:00:00') + index * 600;
      const fields = { task: `log ${index}`, integration_id: ana.integrationId, start, end: start + 300 };
      ids.push((await world.addLog(ana, fields, '')).id);
    }
    const storm = ids.flatMap((id, index) => [
      put(ana, id, { task: `edited ${index}` }, ''),
      put(ana, id, { end: at('00:00:00') + index * 600 + 301 + index }, ''),
      ...(index % 4 === 0 ? [world.call(ana, 'DELETE', `${PATH}/${id}`)] : []),
    ]);
    await Promise.all(storm);
    await expect.poll(async () => (await world.listLogs(ana)).every(({ sync }) => sync.state === 'synced')).toBe(true);
    await expect.poll(() => world.there(ana).length).toBe(9);
    const here = (await world.listLogs(ana)).map(({ start, end, task }) => [start, end, task]);
    const there = world.there(ana).map(({ start, stop, description }) => [start, stop, description]);
    const byStart = ([one]: unknown[], [other]: unknown[]) => (one as number) - (other as number);
    expect(here.sort(byStart)).toEqual(there.sort(byStart));
    const secondsOf = (rows: unknown[][]) =>
      rows.reduce((sum, [from, to]) => sum + ((to as number) - (from as number)), 0);
    expect(secondsOf(here)).toBe(secondsOf(there));
  });
});
