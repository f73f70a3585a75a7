import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReconciliationResponse } from '../../src/reconciliation/reconciliation.dto.js';
import { endPauses } from '../support/quotas.js';
import { PATH, TwoSides } from '../support/reconciliation.js';
import { countRows } from '../support/rows.js';
import { at, TogglApp, type Answer, type Tracker } from '../support/toggl.js';

let world: TogglApp;
let sides: TwoSides;
let ana: Tracker;
let people = 0;

beforeAll(async () => {
  world = await TogglApp.start();
});

afterAll(() => world.close());

beforeEach(async () => {
  ana = await world.addTracker(`ana${++people}`);
  sides = new TwoSides(world, ana);
});

afterEach(() => world.toggl.faults.clear());

describe('reconciliation', () => {
  it('tells the five ways in which both sides can stand, and why', async () => {
    await sides.disagree();
    const result = await sides.reconcile();
    expect(result.rows.map(({ task, status, reason, detail }) => [task, status, reason, detail])).toEqual([
      ['equal', 'matched', null, null],
      ['edited', 'different', null, null],
      ['locked', 'locked', null, null],
      ['gone', 'only_here', 'gone', null],
      ['only there', 'only_there', 'unread', null],
      ['refused', 'only_here', 'failed', expect.stringContaining('No.')],
      ['draft', 'only_here', 'incomplete', 'It still needs: end'],
    ]);
    expect(result).toMatchObject({ complete: true, complete_from: null, from: at('00:00:00'), to: at('23:59:59') });
    expect(result.rows.find(({ task }) => task === 'edited')!.differences).toEqual([
      { field: 'end', here: at('02:30:01'), there: at('06:00:00') },
      { field: 'tags', here: [], there: ['late'] },
    ]);
  });

  it('counts rows by status, and seconds as both sides’ own records sum up', async () => {
    await sides.disagree();
    const { summary } = await sides.reconcile();
    expect(summary).toEqual({
      matched: 1,
      different: 1,
      locked: 1,
      only_there: 1,
      only_here: 3,
      seconds_there: sides.secondsThere('00:00:00', '23:59:59'),
      seconds_here: await sides.secondsHere('00:00:00', '23:59:59'),
    });
    expect(summary.seconds_there).toBe(1801 + 4 * 3600 + 3 * 3600 + 607);
  });

  it('adds up over neighbouring windows, also where an entry lies over the edge', async () => {
    await sides.disagree();
    const [early, late, whole] = [
      await sides.reconcile('00:00:00', '02:10:00'),
      await sides.reconcile('02:10:00', '23:59:59'),
      await sides.reconcile(),
    ];
    for (const name of Object.keys(whole.summary) as (keyof typeof whole.summary)[]) {
      expect([name, early.summary[name] + late.summary[name]]).toEqual([name, whole.summary[name]]);
    }
    expect(early.summary.seconds_there).toBe(sides.secondsThere('00:00:00', '02:10:00'));
    expect([...early.rows, ...late.rows]).toEqual(whole.rows);
  });

  it('shows both sides of a row whole, with the names of their projects', async () => {
    const [project] = await world.addProjects(ana, 'Website');
    const hours = { start: at('07:00:00'), end: at('08:30:00') };
    const log = await world.addLog(ana, { task: 'page', project_id: project, tags: ['b', 'a'], ...hours });
    const [there] = world.there(ana);
    const side = {
      task: 'page',
      project: 'Website',
      project_external_id: String(there!.projectId),
      ...hours,
      seconds: 5400,
      running: false,
      billable: true,
    };
    expect((await sides.reconcile()).rows).toEqual([
      {
        status: 'matched',
        reason: null,
        detail: null,
        entry_id: log.id,
        external_id: String(there!.id),
        task: 'page',
        project: 'Website',
        ...hours,
        seconds: 5400,
        here: { ...side, tags: ['b', 'a'] },
        there: { ...side, tags: expect.arrayContaining(['a', 'b']) as string[] },
        differences: [],
      },
    ]);
  });

  it('finds an entry that was moved to another day there, and one whose create was never answered', async () => {
    const moved = sides.inTheApp('moved', '05:00:00', '05:30:00');
    await sides.sync();
    world.toggl.editInApp(moved, { start: new Date('2026-02-20T05:00:00Z'), stop: new Date('2026-02-20T05:30:00Z') });
    const hours = { start: at('07:00:00'), end: at('07:11:00'), integration_id: ana.integrationId };
    await sides.forgetAnswer((await world.addLog(ana, { task: 'lost', ...hours })).id);
    const { rows, summary } = await sides.reconcile();
    expect(rows.map(({ task, status }) => [task, status])).toEqual([
      ['moved', 'different'],
      ['lost', 'matched'],
    ]);
    expect(summary).toMatchObject({ seconds_here: 1800 + 660, seconds_there: 660 });
  });

  it('says so when an entry was removed here and the service does not know yet', async () => {
    sides.inTheApp('removed', '05:00:00', '05:30:00');
    await sides.sync();
    world.toggl.faults.add({ method: 'DELETE', times: 1000, action: { status: 503, body: '' } });
    await world.call(ana, 'DELETE', `/v1/resources/logs/${(await sides.logCalled('removed')).id}`);
    expect((await sides.reconcile()).rows).toMatchObject([
      { task: 'removed', status: 'only_there', reason: 'removed_here', entry_id: null, here: null },
    ]);
  });

  it('knows an entry again that was moved to another day here', async () => {
    sides.inTheApp('moved here', '05:00:00', '05:30:00');
    await sides.sync();
    world.toggl.faults.add({ method: 'PUT', times: 1000, action: { status: 503, body: '' } });
    const { id } = await sides.logCalled('moved here');
    const hours = { start: '2026-02-20T05:00:00Z', end: '2026-02-20T05:30:00Z' };
    await world.call(ana, 'PUT', `/v1/resources/logs/${id}`, hours);
    const { rows, summary } = await sides.reconcile();
    expect(rows).toMatchObject([{ entry_id: id, status: 'different', reason: 'pending' }]);
    expect(summary).toMatchObject({ different: 1, only_there: 0, seconds_here: 0, seconds_there: 1800 });
  });

  it('expects what came back there to be read by the next sync', async () => {
    const restored = sides.inTheApp('restored', '05:00:00', '05:30:00');
    await sides.sync();
    world.toggl.deleteInApp(restored);
    await sides.sync();
    world.toggl.entry(restored)!.deletedAt = null;
    expect((await sides.reconcile()).rows).toMatchObject([{ status: 'only_there', reason: 'unread' }]);
    world.clock.advance(60_000);
    await sides.sync();
    expect((await sides.reconcile()).summary).toMatchObject({ matched: 1, only_there: 0 });
  });

  it('compares only what the service still shows, and says since when', async () => {
    await sides.addOurs({ startedAt: new Date('2025-07-01T08:00:00Z'), endedAt: new Date('2025-07-01T09:00:00Z') });
    sides.inTheApp('new', '05:00:00', '05:30:00');
    const from = Date.parse('2025-06-01T00:00:00Z') / 1000;
    const { body } = await world.call<ReconciliationResponse>(
      ana,
      'GET',
      `${PATH}?integration_id=${ana.integrationId}&from=${from}&to=${at('23:00:00')}`,
    );
    expect(body.result).toMatchObject({ complete: false, from });
    expect(body.result.complete_from).toBeGreaterThan(from);
    expect(body.result.rows.map(({ task }) => task)).toEqual(['new']);
  });

  it('changes nothing, neither here nor there', async () => {
    await sides.disagree();
    const state = async () => [
      await countRows(world.app),
      await world.listLogs(ana),
      await world.app.database.query('select * from integrations order by id'),
      world.toggl.model.effects.length,
    ];
    const before = await state();
    await sides.reconcile();
    await sides.download('xlsx');
    expect(await state()).toEqual(before);
  });
});

describe('a reconciliation that cannot be', () => {
  const refusal = async (send: Promise<Answer>): Promise<[number, string | undefined]> => {
    const before = await countRows(world.app);
    const { status, body } = await send;
    expect(await countRows(world.app)).toEqual(before);
    return [status, body.code];
  };
  const get = (path: string, person: Tracker | null = ana) => refusal(world.call(person, 'GET', path));

  it.each([
    ['503', { status: 503, body: '' }, [503, 'PROVIDER.UNAVAILABLE']],
    ['garbage', 'truncated', [503, 'PROVIDER.UNAVAILABLE']],
    ['402', { status: 402, body: 'You have hit your hourly limit for API calls.' }, [503, 'PROVIDER.QUOTA']],
    ['403', { status: 403, body: 'Incorrect username and/or password' }, [422, 'PROVIDER.INVALID_CREDENTIALS']],
  ] as const)('because the service answers %s is told as such, in every format', async (_name, action, expected) => {
    sides.inTheApp('x', '05:00:00', '05:30:00');
    world.toggl.faults.add({ path: /time_entries/, times: 1000, action });
    for (const format of ['json', 'xlsx', 'csv']) {
      expect(await get(sides.query('00:00:00', '23:00:00', `&format=${format}`))).toEqual(expected);
    }
    world.toggl.faults.clear();
    await endPauses(world.app);
    expect((await sides.reconcile()).summary.only_there).toBe(1);
  });

  it('answers 404 for somebody else’s integration, and none at all without credentials', async () => {
    const berta = await world.addTracker(`berta${people}`);
    expect(await get(sides.query('00:00:00', '23:00:00'), berta)).toEqual([404, 'INTEGRATION.NOT_FOUND']);
    expect(await get(`${PATH}?integration_id=999999&from=1&to=2`)).toEqual([404, 'INTEGRATION.NOT_FOUND']);
    expect(await get(sides.query('00:00:00', '23:00:00'), null)).toEqual([401, 'AUTH.REQUIRED']);
  });

  it('answers 409 while the account needs new credentials', async () => {
    await world.app.database.execute(`update integrations set state = 'needs_reauth' where id = $1`, [
      ana.integrationId,
    ]);
    expect(await get(sides.query('00:00:00', '23:00:00'))).toEqual([409, 'INTEGRATION.NEEDS_REAUTH']);
  });

  it.each([
    ['from=200&to=100', 422],
    ['from=100&to=100', 422],
    ['from=2024-01-01T00:00:00Z&to=2025-02-05T00:00:01Z', 422],
    ['from=2026-02-30T00:00:00Z&to=2026-03-01T00:00:00Z', 422],
    ['from=1772409600000&to=1772409700000', 422],
    ['from=100', 400],
    ['from=yesterday&to=100', 400],
    ['from=100&to=200&format=pdf', 400],
    ['from=100&to=200&zone=UTC', 400],
    ['from=100&to=200&integration_id=1', 400],
  ])('refuses %s with %d', async (text, status) => {
    expect((await get(`${PATH}?integration_id=${ana.integrationId}&${text}`))[0]).toBe(status);
  });
});
