import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, TogglApp, type LogItem, type Tracker } from '../support/toggl.js';
import { endPauses } from '../support/quotas.js';
import { stopwatch } from '../support/stopwatch.js';

const PATH = '/v1/resources/integrations';
const HOURS = { start: at('07:00:00'), end: at('08:00:00') };

describe('a disconnected integration', () => {
  let world: TogglApp;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterAll(() => world.close());

  const newcomer = () => world.addTracker(`person${(count += 1)}`);
  const disconnect = ({ integrationId, ...person }: Tracker) =>
    world.call(person, 'DELETE', `${PATH}?id=${integrationId}`);
  const pushStates = (entryId: number) =>
    world.app.database.query<{ state: string }>('select state from pushes where entry_id = $1', [entryId]);
  const stored = async (id: number) =>
    (await world.app.database.query('select credentials, credentials_key_id from integrations where id = $1', [id]))[0];
  /** Written while the service refuses every call, so that its push waits. */
  const addWaiting = async (ana: Tracker, task: string): Promise<LogItem> => {
    world.toggl.isThrottling = true;
    const log = await world.addLog(ana, { task, integration_id: ana.integrationId, ...HOURS }, '');
    await expect.poll(async () => (await pushStates(log.id))[0]?.state).toBe('pending');
    return log;
  };

  it('is gone from the list, its credentials from the database, and its projects with it', async () => {
    const ana = await newcomer();
    await world.addProjects(ana, 'Alpha');
    expect(await disconnect(ana)).toMatchObject({ status: 200, text: 'Success' });
    expect((await world.call(ana, 'GET', PATH)).body.result).toEqual([]);
    expect((await world.call(ana, 'GET', '/v1/resources/projects')).body).toEqual({ result: [], warnings: [] });
    expect(await stored(ana.integrationId)).toEqual({ credentials: null, credentials_key_id: null });
    expect(await disconnect(ana)).toMatchObject({ status: 404, body: { code: 'INTEGRATION.NOT_FOUND' } });
    expect((await world.call(ana, 'DELETE', PATH)).status).toBe(400);
  });

  it('leaves its logs here, local and there untouched', async () => {
    const ana = await newcomer();
    const log = await world.addLog(ana, { task: 'kept', integration_id: ana.integrationId, ...HOURS });
    expect(log.sync.state).toBe('synced');
    await disconnect(ana);
    const kept = await world.getLog(ana, log.id);
    expect(kept).toMatchObject({ task: 'kept', integration_id: null, sync: { state: 'local', error: null } });
    expect(world.there(ana)).toHaveLength(1);
    expect(world.toggl.ledger.effects.filter(({ kind }) => kind === 'deleted')).toEqual([]);
  });

  it('takes the pushes that waited with it, and another call of the service is never made', async () => {
    const ana = await newcomer();
    const log = await addWaiting(ana, 'waiting');
    await disconnect(ana);
    world.toggl.isThrottling = false;
    // The projects may still be on their way from the connecting.
    const writes = () => world.toggl.callsTo('POST', /./).length;
    const calls = writes();
    expect(await pushStates(log.id)).toEqual([{ state: 'cancelled' }]);
    await world.deliver();
    expect(world.there(ana)).toEqual([]);
    expect(writes()).toBe(calls);
    expect(await world.getLog(ana, log.id)).toMatchObject({ integration_id: null, sync: { state: 'local' } });
  });

  it('makes no request wait for a push that cannot leave', async () => {
    const ana = await newcomer();
    const log = await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...HOURS });
    await world.timer(ana, 'start', { task: 'running' });
    await disconnect(ana);
    const took = stopwatch();
    await world.call(ana, 'PUT', '/v1/resources/logs?wait=true', { id: log.id, task: 'y' });
    const stopped = await world.timer(ana, 'stop');
    expect(stopped.body.result).toMatchObject({ action: 'stopped', task: 'running', running: false });
    await world.call(ana, 'DELETE', `/v1/resources/logs/${log.id}?wait=true`);
    expect(took()).toBeLessThan(3000);
  });

  it('connected again is the same one and finds its logs: those it had, those that waited, those edited since', async () => {
    const ana = await newcomer();
    const [project] = await world.addProjects(ana, 'Alpha');
    const fields = { project_id: project, ...HOURS };
    const kept = await world.addLog(ana, { task: 'kept', ...fields });
    const edited = await world.addLog(ana, { task: 'edited', ...fields });
    const deleted = await world.addLog(ana, { task: 'deleted', ...fields });
    const waiting = await addWaiting(ana, 'waiting');
    await disconnect(ana);
    world.toggl.isThrottling = false;
    await endPauses(world.app);
    await world.call(ana, 'PUT', '/v1/resources/logs', { id: edited.id, task: 'edited while away' });
    await world.call(ana, 'DELETE', `/v1/resources/logs?id=${deleted.id}`);
    expect(world.there(ana).map(({ description }) => description)).toEqual(['kept', 'edited', 'deleted']);

    const again = await world.connect(ana, ana.toggl);
    expect(again).toMatchObject({ status: 201, body: { result: { id: ana.integrationId } } });
    await expect
      .poll(() => world.there(ana).map(({ description }) => description))
      .toEqual(['kept', 'edited while away', 'waiting']);
    await expect.poll(async () => (await world.getLog(ana, waiting.id)).sync.state).toBe('synced');
    for (const { id } of [kept, edited, waiting]) {
      expect(await world.getLog(ana, id)).toMatchObject({
        integration_id: ana.integrationId,
        external_id: expect.stringMatching(/^\d+$/) as string,
        sync: { state: 'synced', error: null },
      });
    }
    const projects = await world.call<{ id: number }[]>(ana, 'GET', '/v1/resources/projects');
    expect(projects.body.result.map(({ id }) => id)).toEqual([project]);
  });

  it('looks for a create that was under way when it was disconnected, and makes no second entry', async () => {
    const ana = await newcomer();
    world.toggl.dripMilliseconds = 4;
    world.toggl.faults.add({ method: 'POST', path: /time_entries$/, action: 'slow' });
    const log = await world.addLog(ana, { task: 'under way', integration_id: ana.integrationId, ...HOURS }, '');
    await expect.poll(() => world.there(ana)).toHaveLength(1);
    await disconnect(ana);
    await world.connect(ana, ana.toggl);
    await expect.poll(async () => (await world.getLog(ana, log.id)).sync.state).toBe('synced');
    expect(world.there(ana)).toHaveLength(1);
    expect((await world.getLog(ana, log.id)).external_id).toBe(world.there(ana)[0]!.id.toString());
  });

  it('may be connected by another user afterwards, who gets none of its logs', async () => {
    const [ana, berta] = [await newcomer(), await newcomer()];
    await world.addLog(ana, { task: 'ana’s', integration_id: ana.integrationId, ...HOURS });
    await disconnect(ana);
    const taken = await world.connect(berta, ana.toggl);
    expect(taken.status).toBe(201);
    expect(taken.body.result.id).not.toBe(ana.integrationId);
    expect(await world.listLogs(berta)).toEqual([]);
    expect(await world.listLogs(ana)).toHaveLength(1);
    expect(await world.connect(ana, ana.toggl)).toMatchObject({
      status: 409,
      body: { code: 'INTEGRATION.ACCOUNT_TAKEN' },
    });
  });
});
