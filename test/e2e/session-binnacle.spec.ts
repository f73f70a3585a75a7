import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApp } from '../support/admin.js';
import { addPerson, type Person } from '../support/people.js';

interface Line extends Record<string, unknown> {
  idSesionBinnacle: number;
  idSesion: number;
  diff: Record<string, unknown>;
}

let world: AdminApp;
let juan: Person;
let id: number;

const lines = (path: string) => world.get<Line[]>(`/session-binnacle/${path}`);

beforeAll(async () => {
  world = await AdminApp.start({ env: { ROLE: 'api', REPORT_TIME_ZONE: 'America/Bogota' } });
  juan = await addPerson(world.app, 'juan');
  await world.app.database.execute(`update users set email = 'juan@example.com' where id = $1`, [juan.id]);
  id = await world.createSession({
    idUser: juan.id,
    external_sesion_id: 'history-1',
    projectName: 'Internal',
    timeZone: 'UTC',
    offsetStart: 0,
    offsetEnd: 0,
    // Still the 9th of July in Bogotá.
    startDate: '2025-07-10T03:00:00Z',
    endDate: '2025-07-10T04:00:00Z',
    duration: 'PT1H',
  });
});

afterAll(() => world.close());

describe('the manual of the binnacle', () => {
  it('gets all lines, one by its id, and those of a session', async () => {
    const [line] = await lines('getAll/');
    expect(line).toMatchObject({ idSesion: id, action: 'created', external_sesion_id: 'history-1', idUser: juan.id });
    expect(await world.get(`/session-binnacle/getById/${line!.idSesionBinnacle}`)).toEqual(line);
    expect(await lines(`getByIdSession/${id}`)).toEqual([line]);
    expect((await world.call('GET', '/session-binnacle/getById/999999')).status).toBe(404);
    expect(await lines('getByIdSession/999999')).toEqual([]);
  });

  it('creates a line from the four fields of its example, which changes nothing of the session', async () => {
    const before = await world.get(`/sessions/getById/${id}`);
    world.clock.advance(60_000);
    const { status, body } = await world.call<{ id: number }>('POST', '/session-binnacle/create/', {
      idSesion: id,
      description: 'Cambio manual',
      startDate: '2025-07-15T08:00:00Z',
      modificatedAt: '2025-07-15T09:00:00Z',
    });
    expect([status, body]).toEqual([201, { message: 'Binnacle entry created', id: expect.any(Number) as number }]);
    expect(await world.get(`/session-binnacle/getById/${body.id}`)).toMatchObject({
      idSesion: id,
      action: 'remarked',
      actor: { kind: 'secret', id: null },
      createdAt: '2026-07-20T12:01:00Z',
      diff: {
        remark: {
          to: {
            description: 'Cambio manual',
            startDate: '2025-07-15T08:00:00Z',
            modificatedAt: '2025-07-15T09:00:00Z',
          },
        },
      },
    });
    expect(await world.get(`/sessions/getById/${id}`)).toEqual(before);
    const { body: report } = await world.call('GET', '/session-binnacle/verify');
    expect(report).toMatchObject({ intact: true });
  });

  it('searches by address, project, external id and day, all of which must hold', async () => {
    const found = async (query: string) => new Set((await lines(`search/?${query}`)).map(({ idSesion }) => idSesion));
    const only = new Set([id]);
    expect(await found('email=JUAN@example.com&projectName=internal')).toEqual(only);
    expect(await found('external_sesion_id=history-1')).toEqual(only);
    expect(await found('startDate=2025-07-09')).toEqual(only);
    expect(await found('fromDate=2025-07-01&toDate=2025-07-09')).toEqual(only);
    expect(await found('startDate=2025-07-10')).toEqual(new Set());
    expect(await found('email=juan@example.com&projectName=other')).toEqual(new Set());
    expect((await world.call('GET', '/session-binnacle/search/')).body).toMatchObject({ code: 'SEARCH.NO_FILTER' });
  });

  it('finds a session under the names and days it had before', async () => {
    const other = await world.createSession({ idUser: juan.id, projectName: 'Before' });
    await world.call('PUT', `/sessions/update/${other}`, { projectName: 'After' });
    expect(await lines('search/?projectName=Before')).toMatchObject([{ idSesion: other, action: 'created' }]);
    expect(await lines('search/?projectName=After')).toMatchObject([
      { idSesion: other, action: 'edited', diff: { projectName: { from: 'Before', to: 'After' } } },
    ]);
  });

  it('has no route that changes or removes a line', async () => {
    const [line] = await lines(`getByIdSession/${id}`);
    for (const [method, path] of [
      ['PUT', 'update'],
      ['DELETE', 'delete'],
      ['PUT', 'getById'],
      ['DELETE', 'getById'],
    ] as const) {
      const answer = await world.call(method, `/session-binnacle/${path}/${line!.idSesionBinnacle}`);
      expect(answer.status).toBe(404);
    }
    expect((await lines(`getByIdSession/${id}`))[0]).toEqual(line);
  });

  it.each([
    ['actor', { kind: 'user', id: '1' }],
    ['createdAt', '2020-01-01T00:00:00Z'],
    ['action', 'approved'],
  ])('refuses a forged %s', async (field, value) => {
    const answer = await world.call('POST', '/session-binnacle/create', { idSesion: id, [field]: value });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(field) as string } });
  });

  it('knows no line about a session that never was', async () => {
    const answer = await world.call('POST', '/session-binnacle/create', { idSesion: 999_999, description: 'x' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'SESSION.NOT_FOUND' } });
  });
});

describe('the list of the history', () => {
  it('comes in pages that name the next one', async () => {
    const all = await lines('getAll');
    const seen: Line[] = [];
    let path = '/session-binnacle/getAll?limit=2';
    for (;;) {
      const { headers, body } = await world.call<Line[]>('GET', path);
      seen.push(...body);
      const link = headers.get('link');
      expect(headers.get('x-next-cursor') === null).toBe(link === null);
      if (link === null) break;
      path = /^<\/api-clockify(.*)>; rel="next"$/.exec(link)![1]!;
    }
    expect(seen).toEqual(all);
    expect(all.length).toBeGreaterThan(3);
  });
});
