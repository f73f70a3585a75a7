import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, type Person } from '../support/people.js';
import { countRows } from '../support/rows.js';
import { at, NOW, TogglApp, type LogItem, type Tracker } from '../support/toggl.js';

const PATH = '/v1/resources/logs';
const now = NOW.getTime() / 1000;

describe('logs', () => {
  let world: TogglApp;
  let ana: Tracker;
  let berta: Person;
  let project: number;

  beforeAll(async () => {
    world = await TogglApp.start();
    ana = await world.addTracker('ana');
    berta = await addPerson(world.app, 'berta');
    [project] = (await world.addProjects(ana, 'Zoho Timesheet')) as [number];
  });

  afterAll(() => world.close());

  const post = (person: Person, body: object, query = '', headers = {}) =>
    world.call<LogItem>(person, 'POST', PATH + query, body, headers);
  const put = (person: Person, body: object, tail = '') => world.call<LogItem>(person, 'PUT', PATH + tail, body);

  it('are written with the body of the seed and answered with its fields', async () => {
    const body = {
      project_id: project,
      integration_id: ana.integrationId,
      task: 'Working 9 till 5',
      start: at('08:00:00'),
      end: at('08:30:00'),
      billable: true,
      notes: "That's a lie; it's way past 5.",
    };
    const answer = await post(ana, body);
    expect(answer.status).toBe(201);
    expect(answer.body.result).toEqual({
      id: expect.any(Number) as number,
      ...body,
      provider: 'toggl',
      running: false,
      tags: [],
      category: 'Other',
      external_id: null,
      sync: { state: 'pending', missing: [], error: null, note: null },
    });
    const { id } = answer.body.result;
    await expect.poll(async () => (await world.getLog(ana, id)).sync.state).toBe('synced');
    expect(await world.getLog(ana, id)).toMatchObject({ ...body, external_id: expect.any(String) as string });
    const queried = await world.call<LogItem>(ana, 'GET', `${PATH}?id=${id}`);
    expect(queried.body.result).toEqual(await world.getLog(ana, id));
  });

  it('begin now, are billable and have no end unless they say otherwise; here such a log is a draft', async () => {
    const { body } = await post(berta, { task: 'draft' });
    expect(body.result).toMatchObject({
      start: now,
      end: null,
      running: false,
      billable: true,
      notes: null,
      integration_id: null,
      project_id: null,
      provider: 'local',
      sync: { state: 'local', missing: [], error: null, note: null },
    });
    expect((await world.call(berta, 'GET', '/v1/resources/timer')).body.result).toBeNull();
  });

  it('take unix seconds with fractions and ISO 8601 with a zone, and answer unix seconds', async () => {
    const fractions = await post(berta, { task: 'x', start: at('07:00:00') + 0.25, end: at('07:00:01') + 0.125 });
    expect(fractions.body.result).toMatchObject({ start: at('07:00:00') + 0.25, end: at('07:00:01') + 0.125 });
    const zones = await post(berta, { task: 'x', start: '2026-03-02T08:00:00+01:00', end: '2026-03-02T02:30:00-0500' });
    expect(zones.body.result).toMatchObject({ start: at('07:00:00'), end: at('07:30:00') });
  });

  it('know their integration by their project, and refuse one that is not the project’s', async () => {
    const other = await world.connect(ana, world.toggl.addUser());
    const times = { start: at('06:00:00'), end: at('06:10:00') };
    const followed = await post(ana, { task: 'x', project_id: project, ...times });
    expect(followed.body.result).toMatchObject({ project_id: project, integration_id: ana.integrationId });
    const mismatch = { task: 'x', project_id: project, integration_id: other.body.result.id };
    expect(await post(ana, mismatch)).toMatchObject({ status: 422, body: { code: 'LOG.PROJECT_MISMATCH' } });
    const { id } = followed.body.result;
    expect(await put(ana, { id, integration_id: other.body.result.id })).toMatchObject({ status: 422 });
    expect(await world.getLog(ana, id)).toMatchObject({ project_id: project, integration_id: ana.integrationId });
  });

  it('change in what a PUT sends, by id in the body or the path, and in nothing else', async () => {
    const times = { start: at('05:00:00'), end: at('05:30:00') };
    const fields = { task: 'a', notes: 'n', tags: ['x', 'y'], category: 'c', billable: false, ...times };
    const before = await world.addLog(ana, { ...fields, project_id: project });
    const changes: [object, Partial<LogItem>][] = [
      [{ task: 'b' }, { task: 'b' }],
      [{ notes: null }, { notes: null }],
      [{ billable: true }, { billable: true }],
      [{ tags: ['z'] }, { tags: ['z'] }],
      [{ category: null }, { category: 'Other' }],
      [{ start: at('05:01:00') }, { start: at('05:01:00') }],
      [{ end: at('05:31:00') }, { end: at('05:31:00') }],
      [{ project_id: null }, { project_id: null }],
      [{ project_id: project }, { project_id: project }],
      [{ integration_id: ana.integrationId }, {}],
    ];
    let expected = before;
    for (const [index, [change, outcome]] of changes.entries()) {
      const byPath = index % 2 === 0;
      const answer = byPath ? await put(ana, change, `/${before.id}`) : await put(ana, { id: before.id, ...change });
      expected = { ...expected, ...outcome, sync: answer.body.result.sync };
      expect([change, answer.status, answer.body.result]).toEqual([change, 200, expected]);
    }
    await expect.poll(async () => (await world.getLog(ana, before.id)).sync.state).toBe('synced');
    expect(await world.getLog(ana, before.id)).toMatchObject({ ...expected, sync: { state: 'synced' } });
  });

  it('are not written again by a PUT that changes nothing', async () => {
    const log = await world.addLog(ana, { task: 'same', start: at('04:00:00'), end: at('04:30:00'), tags: ['a', 'b'] });
    const same = { id: log.id, task: 'same', start: '2026-03-02T04:00:00Z', tags: ['b', 'a'], billable: true };
    expect((await put(ana, same)).body.result).toEqual(log);
    expect(await world.binnacle(log.id)).toHaveLength(1);
  });

  it('lose nothing when a PUT meets another change of the same log', async () => {
    const { body } = await post(berta, { task: 'a', start: at('03:00:00'), end: at('03:30:00') });
    const { id } = body.result;
    const fields = [{ task: 'b' }, { notes: 'n' }, { tags: ['t'] }, { category: 'c' }, { billable: false }];
    const times = [{ start: at('03:05:00') }, { end: at('03:35:00') }];
    for (let round = 0; round < 5; round += 1) {
      await put(berta, { id, task: 'a', notes: null, tags: [], category: null, billable: true });
      await put(berta, { id, start: at('03:00:00'), end: at('03:30:00') });
      await Promise.all([...fields, ...times].map((change) => put(berta, { id, ...change })));
      expect(await world.getLog(berta, id)).toMatchObject(Object.assign({}, ...fields, ...times) as object);
    }
  });

  it('refuse a PUT without an id, with two, or with one that is nobody’s', async () => {
    const { id } = (await post(berta, { task: 'x' })).body.result;
    expect(await put(berta, { task: 'y' })).toMatchObject({ status: 400, body: { code: 'VALIDATION.FAILED' } });
    expect(await put(berta, { id: id + 1, task: 'y' }, `/${id}`)).toMatchObject({ status: 400 });
    expect(await put(berta, { id: 987_654_321, task: 'y' })).toMatchObject({
      status: 404,
      body: { code: 'LOG.NOT_FOUND' },
    });
    expect(await world.getLog(berta, id)).toMatchObject({ task: 'x' });
  });

  it('are removed by query or path, and a second time there is nothing to remove', async () => {
    const [first, second] = [await post(berta, { task: '1' }), await post(berta, { task: '2' })];
    const tails = [`?id=${first.body.result.id}`, `/${second.body.result.id}`];
    for (const tail of tails) {
      expect(await world.call(berta, 'DELETE', PATH + tail)).toMatchObject({ status: 200, text: 'Success' });
      expect(await world.call(berta, 'DELETE', PATH + tail)).toMatchObject({
        status: 404,
        body: { code: 'LOG.NOT_FOUND' },
      });
    }
    const gone = await world.call(berta, 'GET', `${PATH}/${first.body.result.id}`);
    expect(gone).toMatchObject({ status: 404, body: { code: 'LOG.NOT_FOUND' } });
    expect(await put(berta, { id: first.body.result.id, task: 'back' })).toMatchObject({ status: 404 });
  });

  it.each([
    '',
    '?id=',
    '?id=undefined',
    '?id=null',
    '?id=1&id=2',
    '?id[]=1',
    '?id[gt]=0',
    '?id=0',
    '?all=true',
    '/1,2',
  ])('are never removed by a DELETE that names none: %j', async (tail) => {
    const before = await countRows(world.app);
    const kept = (await world.listLogs(ana)).length;
    const answer = await world.call(ana, 'DELETE', PATH + tail);
    expect(answer).toMatchObject({ status: 400, body: { statusCode: 400, code: 'VALIDATION.FAILED' } });
    expect(await countRows(world.app)).toEqual(before);
    expect((await world.listLogs(ana)).length).toBe(kept);
  });

  it('of somebody else are as absent as those that never were', async () => {
    const hers = await world.addLog(ana, { task: 'hers', start: at('02:00:00'), end: at('02:10:00') });
    const ids = [hers.id, 987_654_321];
    const ways = [
      (id: number) => world.call(berta, 'GET', `${PATH}/${id}`),
      (id: number) => world.call(berta, 'GET', `${PATH}?id=${id}`),
      (id: number) => put(berta, { id, task: 'mine' }),
      (id: number) => put(berta, { task: 'mine' }, `/${id}`),
      (id: number) => world.call(berta, 'DELETE', `${PATH}/${id}`),
      (id: number) => world.call(berta, 'DELETE', `${PATH}?id=${id}`),
      (id: number) => post(berta, { task: 'x', project_id: id === hers.id ? project : id }),
      (id: number) => post(berta, { task: 'x', integration_id: id === hers.id ? ana.integrationId : id }),
      (id: number) => world.call(berta, 'GET', `${PATH}?project_id=${id === hers.id ? project : id}`),
    ];
    for (const way of ways) {
      const answers = await Promise.all(ids.map(way));
      const shown = answers.map(({ status, body }) => ({ status, ...body, requestId: 0 }));
      expect(shown[0]).toEqual(shown[1]);
      expect([200, 404]).toContain(shown[0]!.status);
    }
    expect(await world.getLog(ana, hers.id)).toEqual(hers);
    expect((await world.listLogs(berta)).some(({ id }) => id === hers.id)).toBe(false);
  });

  it('leave a row in the binnacle for every change: who, through which request, what', async () => {
    const headers = { 'x-request-id': 'request-of-the-test-1' };
    const { id } = (await post(berta, { task: 'a', start: at('01:00:00'), end: at('01:10:00') }, '', headers)).body
      .result;
    await put(berta, { id, task: 'b' });
    await world.call(berta, 'DELETE', `${PATH}/${id}`);
    const rows = await world.binnacle(id);
    expect(rows.map(({ action, actor_kind: kind, actor_id: actor }) => [action, kind, actor])).toEqual([
      ['created', 'user', String(berta.id)],
      ['edited', 'user', String(berta.id)],
      ['deleted', 'user', String(berta.id)],
    ]);
    expect(rows[0]).toMatchObject({ origin_kind: 'request', origin_id: 'request-of-the-test-1' });
    expect(rows[1]!.diff).toEqual({ description: { from: 'a', to: 'b' } });
    expect(rows.every((row) => row.origin_kind === 'request' && row.origin_id !== null)).toBe(true);
  });
});
