import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApp, type SessionJson } from '../support/admin.js';
import { addPerson, type Person } from '../support/people.js';

let world: AdminApp;
let ana: Person;
let miguel: Person;

const MADRID = { timeZone: 'Europe/Madrid', offsetStart: undefined, offsetEnd: undefined, duration: undefined };

beforeAll(async () => {
  world = await AdminApp.start({ env: { ROLE: 'api', REPORT_TIME_ZONE: 'Europe/Madrid' } });
  ana = await addPerson(world.app, 'ana');
  miguel = await addPerson(world.app, 'miguel');
  await world.app.database.execute(`update users set email = username || '@example.com' where username <> 'admin'`);
  const session = (idUser: number, external_sesion_id: string, startDate: string, more: object = {}) =>
    world.createSession({
      ...MADRID,
      idUser,
      external_sesion_id,
      startDate,
      endDate: new Date(Date.parse(startDate) + 3_600_000).toISOString(),
      ...more,
    });
  await session(ana.id, 'a1', '2026-07-01T09:00:00Z', { projectName: 'Planeación', taskName: 'Diseño' });
  // Midnight between the 1st and the 2nd in Madrid is 22:00 UTC.
  await session(ana.id, 'a2', '2026-07-01T21:59:59Z', { projectName: 'PLANEACIÓN' });
  await session(ana.id, 'a3', '2026-07-01T22:00:00Z', { projectName: '100% _Web_' });
  await session(miguel.id, 'm1', '2026-07-02T09:00:00Z', { projectName: 'Planeación', taskName: 'diseño' });
  await session(miguel.id, 'm2', '2026-07-03T09:00:00Z', { projectName: '', endDate: '2026-07-03T15:00:00Z' });
  await session(miguel.id, 'm3', '2026-07-04T09:00:00Z', { endDate: null, currentlyRunning: true });
  const moved = await session(miguel.id, 'm4', '2026-07-05T09:00:00Z');
  await world.call('PUT', `/sessions/update/${moved}`, { endDate: '2026-07-05T11:00:00Z' });
  const gone = await session(miguel.id, 'm5', '2026-07-06T09:00:00Z');
  await world.call('DELETE', `/sessions/delete/${gone}`);
});

afterAll(() => world.close());

const found = async (query: string, path = 'search/') =>
  (await world.get(`/sessions/${path}?${query}`)).map((one) => one.external_sesion_id);

describe('a search of sessions', () => {
  it.each([
    ['email=ANA@example.com', ['a1', 'a2', 'a3']],
    [`projectName=${encodeURIComponent('planeación')}`, ['a1', 'a2', 'm1']],
    [`taskName=${encodeURIComponent('DISEÑO')}`, ['a1', 'm1']],
    [`projectName=${encodeURIComponent('100% _web_')}`, ['a3']],
    ['projectName=%25', []],
    ['projectName=Sin%20Proyecto', ['m2']],
    ['external_sesion_id=m1', ['m1']],
    ['idProject=proj789&external_sesion_id=a1', ['a1']],
    ['idWorkspace=elsewhere', []],
    ['provider=Clockify&external_sesion_id=a1', ['a1']],
    ['provider=toggl', []],
    ['overtime=true', ['m2']],
    ['currentlyRunning=true', ['m3']],
    ['status=EN%20OBSERVACION', ['m4']],
    [`status=${encodeURIComponent('en observación')}`, ['m4']],
    ['status=REPROBADO', []],
    ['enable=false', ['m5']],
    ['startDate=2026-07-06&enable=true', []],
  ])('for %s finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it.each([
    ['startDate=2026-07-01', ['a1', 'a2']],
    ['startDate=2026-07-02', ['a3', 'm1']],
    ['startDate=2026-07-01&toDate=2026-07-02', ['a1', 'a2', 'a3', 'm1']],
    ['fromDate=2026-07-02&toDate=2026-07-02', ['a3', 'm1']],
    ['fromDate=2026-07-05', ['m4', 'm5']],
    ['toDate=2026-07-01', ['a1', 'a2']],
    ['startDate=2026-07-20', []],
  ])('by days of the report time zone, %s, finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('finds only what everything asked holds for', async () => {
    const planning = `projectName=${encodeURIComponent('planeación')}`;
    expect(await found(`email=ana@example.com&${planning}`)).toEqual(['a1', 'a2']);
    expect(await found(`email=ana@example.com&${planning}&startDate=2026-07-02`)).toEqual([]);
    expect(await found(`email=ana@example.com&idUser=${miguel.id}`)).toEqual([]);
    expect(await found(`email=ana@example.com&idUser=${ana.id}`)).toEqual(['a1', 'a2', 'a3']);
  });

  it('comes in pages, in the same order as all at once', async () => {
    for (const [path, query] of [
      ['search', 'fromDate=2026-07-01'],
      ['search', `projectName=${encodeURIComponent('planeación')}`],
      ['getAll', ''],
      [`getByUser/${miguel.id}`, ''],
      ['getByEmail/miguel@example.com', ''],
    ]) {
      const seen: (string | null)[] = [];
      let cursor = '';
      for (let pages = 0; pages < 20; pages += 1) {
        const { headers, body } = await world.call<SessionJson[]>(
          'GET',
          `/sessions/${path}?${query}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...body.map((one) => one.external_sesion_id));
        cursor = headers.get('x-next-cursor') ?? '';
        if (cursor === '') break;
      }
      expect([path, seen]).toEqual([path, await found(query!, path)]);
    }
  });

  it.each([
    ['', 400, 'SEARCH.NO_FILTER'],
    ['limit=5', 400, 'SEARCH.NO_FILTER'],
    ['email=', 400, 'VALIDATION.FAILED'],
    ['projectName=&taskName=', 400, 'VALIDATION.FAILED'],
    ['email=a@b.c&email=d@e.f', 400, 'VALIDATION.FAILED'],
    ['email[ne]=x', 400, 'VALIDATION.FAILED'],
    ['sort=id;drop table users', 400, 'VALIDATION.FAILED'],
    ['status=PERFECTO', 400, 'VALIDATION.FAILED'],
    ['overtime=1', 400, 'VALIDATION.FAILED'],
    ['idUser=1e3', 400, 'VALIDATION.FAILED'],
    ['startDate=2026', 422, 'VALIDATION.IMPOSSIBLE'],
    ['startDate=2026-W10', 422, 'VALIDATION.IMPOSSIBLE'],
    ['startDate=01-07-2026', 422, 'VALIDATION.IMPOSSIBLE'],
    ['startDate=2026-07-01T00:00:00Z', 422, 'VALIDATION.IMPOSSIBLE'],
    ['startDate=2026-02-30', 422, 'VALIDATION.IMPOSSIBLE'],
    ['startDate=0000-01-01', 422, 'VALIDATION.IMPOSSIBLE'],
    ['toDate=infinity', 422, 'VALIDATION.IMPOSSIBLE'],
    ['fromDate=2026-07-02&toDate=2026-07-01', 422, 'SEARCH.DAYS_REVERSED'],
    ['startDate=2026-07-01&cursor=nonsense', 400, 'PAGE.BAD_CURSOR'],
  ])('for %j is refused with %d %s', async (query, status, code) => {
    const { body, ...answer } = await world.call('GET', `/sessions/search/?${query}`);
    expect([answer.status, body.code]).toEqual([status, code]);
    expect(body.error).toBe(body.message);
  });

  it.each(["' or 1=1 --", '$1', '\\', '1) or 1=1'])('takes %j for a text like any other', async (text) => {
    const wanted = encodeURIComponent(text);
    for (const field of ['email', 'projectName', 'taskName', 'external_sesion_id', 'provider']) {
      expect(await found(`${field}=${wanted}`)).toEqual([]);
    }
  });
});
