import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { addPerson, type Person } from '../support/people.js';
import { at, TogglApp, type LogItem } from '../support/toggl.js';

const PATH = '/v1/resources/logs';
const MANY = 2300;
const DAY = 86_400;

describe('the list of logs', () => {
  let world: TogglApp;
  let ana: Person;
  let berta: Person;

  beforeAll(async () => {
    world = await TogglApp.start();
    ana = await addPerson(world.app, 'ana');
    berta = await addPerson(world.app, 'berta');
    for (const time of ['06:00:00', '05:00:00', '07:00:00']) {
      await world.addLog(ana, { task: time, start: at(time), end: at(time) + 1800 });
    }
    await addMany(berta, MANY);
  });

  afterAll(() => world.close());

  const get = (query: string, person = ana) => world.call<LogItem[]>(person, 'GET', `${PATH}?${query}`);
  const tasks = async (query: string, person = ana) => (await get(query, person)).body.result.map(({ task }) => task);

  /** One every minute, newest last, three at a time with the same start. */
  async function addMany(person: Person, howMany: number): Promise<void> {
    const author = { actor: { kind: 'user', id: String(person.id) }, origin: null } as const;
    const local = { source: 'local', workspaceId: null, integrationId: null, taskExternalId: null, taskName: null };
    const project = { projectId: null, projectExternalId: null, projectName: null };
    const rest = { notes: null, tags: [], category: null, isBillable: true, isRunning: false, timeZone: 'UTC' };
    const changes = Array.from({ length: howMany }, (_, index) => {
      const startedAt = new Date((at('00:00:00') - 100 * DAY + Math.floor(index / 3) * 60) * 1000);
      const endedAt = new Date(startedAt.getTime() + 30_000);
      const content = { ...local, ...project, ...rest, description: `log ${index}`, startedAt, endedAt };
      return { kind: 'create' as const, userId: person.id, content: { ...content, timePrecision: 'second' as const } };
    });
    await world.app.transactions.run((tx) => world.app.get(TimeEntriesService).apply(changes, author, tx));
  }

  async function walk(query: string, person: Person, onPage: () => Promise<unknown> = async () => {}) {
    const seen: LogItem[] = [];
    let cursor = '';
    for (let pages = 0; pages < 100; pages += 1) {
      const { body } = await get(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`, person);
      seen.push(...body.result);
      if (body.next_cursor === undefined) return seen;
      cursor = body.next_cursor;
      await onPage();
    }
    throw new Error('no end');
  }

  it('is newest first, and empty for who has none', async () => {
    expect(await tasks('')).toEqual(['07:00:00', '06:00:00', '05:00:00']);
    const nobody = await addPerson(world.app, 'nobody');
    expect((await get('', nobody)).body).toEqual({ result: [] });
    expect((await get('limit=5', nobody)).body).toEqual({ result: [] });
  });

  it.each([
    ['all that touches', '05:00:00', '07:30:00', ['07:00:00', '06:00:00', '05:00:00']],
    ['also what began before it', '06:10:00', '06:50:00', ['06:00:00']],
    ['not what ended when it begins', '06:30:00', '07:00:00', []],
    ['what begins when it begins', '07:00:00', '07:00:01', ['07:00:00']],
    ['what lies inside', '04:00:00', '06:00:00', ['05:00:00']],
  ])('between from and to holds %s', async (_, from, to, expected) => {
    expect(await tasks(`from=${at(from)}&to=${at(to)}`)).toEqual(expected);
    const iso = (time: string) => encodeURIComponent(`2026-03-02T${time}+00:00`);
    expect(await tasks(`from=${iso(from)}&to=${iso(to)}`)).toEqual(expected);
  });

  it('can be open at either end, and holds what runs whenever it began', async () => {
    expect(await tasks(`from=${at('06:30:00')}`)).toEqual(['07:00:00']);
    expect(await tasks(`to=${at('06:00:00')}`)).toEqual(['05:00:00']);
    const carla = await addPerson(world.app, 'carla');
    await world.timer(carla, 'start', { task: 'runs' });
    const tomorrow = world.clock.now().getTime() / 1000 + DAY;
    expect(await tasks(`from=${tomorrow}`, carla)).toEqual(['runs']);
  });

  it('can be one project’s or one integration’s', async () => {
    const dora = await world.addTracker('dora');
    const [first, second] = await world.addProjects(dora, 'First', 'Second');
    const times = { start: at('01:00:00'), end: at('01:10:00') };
    await world.addLog(dora, { task: 'in first', project_id: first, ...times }, '');
    await world.addLog(dora, { task: 'in second', project_id: second, ...times }, '');
    await world.addLog(dora, { task: 'in none', integration_id: dora.integrationId, ...times }, '');
    await world.addLog(dora, { task: 'here', ...times }, '');
    expect(await tasks(`project_id=${first}`, dora)).toEqual(['in first']);
    expect(await tasks(`integration_id=${dora.integrationId}`, dora)).toEqual(['in none', 'in second', 'in first']);
    expect(await tasks(`project_id=${second}&integration_id=${dora.integrationId}`, dora)).toEqual(['in second']);
    expect(await tasks(`project_id=987654321`, dora)).toEqual([]);
  });

  it('without a limit holds them all, streamed, and with pages the same ones in the same order', async () => {
    const all = await get('', berta);
    expect(all.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(all.headers.get('content-length')).toBeNull();
    expect(all.body.result).toHaveLength(MANY);
    expect(all.body.result[0]!.task).toBe(`log ${MANY - 1}`);
    const expected = all.body.result.map(({ id }) => id);
    for (const limit of [1000, 333]) {
      expect((await walk(`limit=${limit}`, berta)).map(({ id }) => id)).toEqual(expected);
    }
    const { body } = await get('limit=300', berta);
    const rest = await get(`cursor=${body.next_cursor}`, berta);
    expect(rest.body.result.map(({ id }) => id)).toEqual(expected.slice(300));
  });

  it('skips and repeats nothing while new logs arrive', async () => {
    const emil = await addPerson(world.app, 'emil');
    await addMany(emil, 60);
    const before = (await get('', emil)).body.result.map(({ id }) => id);
    const seen = await walk('limit=7', emil, () => world.addLog(emil, { task: 'new' }, ''));
    expect(seen.map(({ id }) => id)).toEqual(before);
  });

  it('says on the last page that there is no next one', async () => {
    expect((await get('limit=3')).body).not.toHaveProperty('next_cursor');
    const { body } = await get('limit=2');
    expect(body.next_cursor).toEqual(expect.any(String));
    expect((await get(`limit=2&cursor=${body.next_cursor}`)).body.result.map(({ task }) => task)).toEqual(['05:00:00']);
  });

  const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each([
    'x',
    '%20',
    'null',
    cursorOf([1]),
    cursorOf([1, 2, 3]),
    cursorOf(['1', 2]),
    cursorOf([1.5, 2]),
    cursorOf([1, null]),
    cursorOf({ 0: 1, 1: 2 }),
    cursorOf([9e15, 1]),
    cursorOf([-9e15, 1]),
    `${cursorOf([1, 2])}=`,
    'x'.repeat(2000),
  ])('refuses the cursor %# that it never handed out with 400, with a limit and without', async (cursor) => {
    for (const limit of ['limit=5&', '']) {
      const answer = await get(`${limit}cursor=${cursor}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ statusCode: 400, message: expect.stringContaining('cursor') as string });
    }
  });

  it.each([
    ['limit=0', 400],
    ['limit=-1', 400],
    ['limit=1001', 400],
    ['limit=1e3', 400],
    ['limit=abc', 400],
    ['limit=1&limit=2', 400],
    ['from=yesterday', 400],
    ['from=2026-03-02', 400],
    ['from=2026-03-02T10:00:00', 400],
    ['from=1&from=2', 400],
    ['from=2026-02-30T10:00:00Z', 422],
    ['from=1772000000000', 422],
    ['to=-1', 422],
    ['to=1e400', 400],
    ['to=infinity', 400],
    ['project_id=0', 400],
    ['project_id=9007199254740993', 400],
    ['integration_id=abc', 400],
    ['user_id=1', 400],
    ['deleted=true', 400],
    ['sort=task;drop table x', 400],
  ])('refuses ?%s with %d naming the argument', async (query, status) => {
    const answer = await get(query);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(/^[a-z_]+/.exec(query)![0]);
  });
});
