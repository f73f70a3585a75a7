import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanRow } from '../../src/sync/plan-rows.js';
import type { SyncNow } from '../../src/sync/sync.service.js';
import { at, TogglApp, type Tracker } from '../support/toggl.js';

const SYNC = '/v1/rpc/sync';
const HOURS = { start: at('06:00:00'), end: at('07:00:00') };

interface PlanAnswer {
  plan_id: number;
  counts: SyncNow['counts'];
  rows: PlanRow[];
}

describe('the plan of a sync', () => {
  let world: TogglApp;
  let ana: Tracker;
  let people = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterAll(() => world.close());

  beforeEach(async () => {
    world.toggl.faults.clear();
    ana = await world.addTracker(`ana${(people += 1)}`);
  });

  const plan = async (): Promise<PlanAnswer> =>
    (await world.call<PlanAnswer[]>(ana, 'POST', SYNC, { dry_run: true })).body.result[0]!;
  const apply = (planId: number) => world.call<SyncNow[]>(ana, 'POST', SYNC, { plan_id: planId });
  const typedInTheApp = (description: string): string =>
    world.toggl.startInApp({
      user: ana.toggl,
      description,
      start: new Date(at('07:00:00') * 1000),
      stop: new Date(at('08:30:00') * 1000),
    });
  const pulled = async (description: string) => {
    const externalId = typedInTheApp(description);
    await world.call(ana, 'POST', SYNC);
    const log = (await world.listLogs(ana)).find(({ task }) => task === description)!;
    world.clock.advance(5 * 60_000);
    return { externalId, id: log.id };
  };
  const refuseWrites = () =>
    world.toggl.faults.add({
      when: ({ method }) => method !== 'GET',
      times: 10_000,
      action: { status: 503, body: '' },
    });
  /** Changed here, and held up on its way there. */
  const changedHere = async (method: string, body?: object, query = ''): Promise<number> => {
    refuseWrites();
    const answer = await world.call<{ id: number } | undefined>(ana, method, `/v1/resources/logs${query}`, body);
    expect(answer.status).toBeLessThan(300);
    return answer.body.result?.id ?? 0;
  };

  it('names what would be created, with every field it would have', async () => {
    const externalId = typedInTheApp('new there');
    const { rows, counts } = await plan();
    expect(rows).toEqual([
      {
        direction: 'pull',
        action: 'create',
        entry_id: null,
        external_id: externalId,
        task: 'new there',
        start: at('07:00:00'),
        end: at('08:30:00'),
        changes: expect.objectContaining({
          task: { from: null, to: 'new there' },
          start: { from: null, to: at('07:00:00') },
          end: { from: null, to: at('08:30:00') },
          running: { from: null, to: false },
        }) as object,
      },
    ]);
    expect(counts).toMatchObject({ created: 1 });
  });

  it('shows field by field what would change, and nothing of what stays', async () => {
    const { externalId, id } = await pulled('edited');
    world.toggl.editInApp(externalId, { description: 'corrected', stop: new Date(at('09:00:00') * 1000) });
    expect((await plan()).rows).toEqual([
      {
        direction: 'pull',
        action: 'update',
        entry_id: id,
        external_id: externalId,
        task: 'corrected',
        start: at('07:00:00'),
        end: at('09:00:00'),
        changes: {
          task: { from: 'edited', to: 'corrected' },
          end: { from: at('08:30:00'), to: at('09:00:00') },
        },
      },
    ]);
  });

  it('names what would be removed', async () => {
    const { externalId, id } = await pulled('gone');
    world.toggl.deleteInApp(externalId);
    expect((await plan()).rows).toEqual([
      expect.objectContaining({ direction: 'pull', action: 'delete', entry_id: id, task: 'gone', changes: {} }),
    ]);
  });

  it('shows what a person approved as locked, with what the service would have it be', async () => {
    const { externalId, id } = await pulled('approved');
    await world.app.database.execute('update time_entries set is_locked = true where id = $1', [id]);
    expect((await plan()).rows).toEqual([]);
    world.toggl.editInApp(externalId, { description: 'changed after all' });
    expect((await plan()).rows).toEqual([
      expect.objectContaining({
        direction: 'pull',
        action: 'locked',
        entry_id: id,
        task: 'approved',
        changes: { task: { from: 'approved', to: 'changed after all' } },
      }),
    ]);
  });

  it('shows both words of a conflict, and no push that the service’s word overtakes', async () => {
    const { externalId, id } = await pulled('both');
    await changedHere('PUT', { id, task: 'ours' });
    world.toggl.editInApp(externalId, { description: 'theirs' });
    expect((await plan()).rows).toEqual([
      expect.objectContaining({
        direction: 'pull',
        action: 'conflict',
        entry_id: id,
        task: 'theirs',
        changes: { task: { from: 'ours', to: 'theirs' } },
      }),
    ]);
  });

  it('shows what waits to be sent: created, changed and removed there', async () => {
    const [edited, removed] = [await pulled('edit me'), await pulled('remove me')];
    const created = await changedHere('POST', { task: 'ours', integration_id: ana.integrationId, ...HOURS });
    await changedHere('PUT', { id: edited.id, task: 'edited here' });
    await changedHere('DELETE', undefined, `?id=${removed.id}`);
    const { rows, counts } = await plan();
    expect(rows.every(({ direction }) => direction === 'push')).toBe(true);
    expect(rows.map((row) => [row.action, row.entry_id, row.external_id, row.task])).toEqual([
      ['update', edited.id, edited.externalId, 'edited here'],
      ['delete', removed.id, removed.externalId, 'remove me'],
      ['create', created, null, 'ours'],
    ]);
    expect(rows[0]!.changes).toEqual({ task: { from: 'edit me', to: 'edited here' } });
    expect(rows[2]!.changes).toMatchObject({
      start: { from: null, to: HOURS.start },
      task: { from: null, to: 'ours' },
    });
    expect(counts).toMatchObject({ created: 0, updated: 0, deleted: 0 });
  });

  it('is refused when something was put on its way there since, or has arrived', async () => {
    typedInTheApp('planned');
    const first = await plan();
    const created = await changedHere('POST', { task: 'later', integration_id: ana.integrationId, ...HOURS });
    expect(await apply(first.plan_id)).toMatchObject({ status: 409, body: { code: 'SYNC.PLAN_STALE' } });
    const second = await plan();
    expect(second.rows.map(({ direction, action }) => `${direction} ${action}`)).toEqual([
      'pull create',
      'push create',
    ]);
    world.toggl.faults.clear();
    await expect.poll(async () => (await world.getLog(ana, created)).sync.state).toBe('synced');
    expect(await apply(second.plan_id)).toMatchObject({ status: 409, body: { code: 'SYNC.PLAN_STALE' } });
    const third = await plan();
    expect(await apply(third.plan_id)).toMatchObject({ status: 200, body: { result: [{ counts: { created: 1 } }] } });
  });

  it('is carried out while what waits to be sent still waits', async () => {
    typedInTheApp('planned');
    await changedHere('POST', { task: 'waits', integration_id: ana.integrationId, ...HOURS });
    const { plan_id: planId } = await plan();
    expect(await apply(planId)).toMatchObject({ status: 200, body: { result: [{ counts: { created: 1 } }] } });
    expect((await plan()).rows.map(({ direction }) => direction)).toEqual(['push']);
  });
});
