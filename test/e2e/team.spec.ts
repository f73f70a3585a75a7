import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeopleService } from '../../src/users/people.service.js';
import { AdminApp } from '../support/admin.js';
import { addPerson, signIn, type Person } from '../support/people.js';

interface Member extends Record<string, unknown> {
  id: number;
  ExternalUserId: string | null;
}

let world: AdminApp;

beforeAll(async () => {
  world = await AdminApp.start({ env: { ROLE: 'api' } });
});

afterAll(() => world.close());

const NEW = {
  name: 'Nuevo Usuario',
  email: 'nuevo@example.com',
  externalUserId: 'U999',
  hoursPerMonth: 160,
  enable: true,
};
const SHOWN = {
  id: expect.any(Number) as number,
  ExternalUserId: 'U999',
  name: 'Nuevo Usuario',
  email: 'nuevo@example.com',
  hoursPerMonth: 160,
  enable: true,
  disabledTime: null,
  notify: true,
};

const claim = (account: string, person: Person) =>
  world.app.transactions.run((tx) => world.app.get(PeopleService).claim('clockify', account, person.id, tx));

describe('the manual of users', () => {
  it('creates somebody without a login', async () => {
    const { status, body } = await world.call('POST', '/users/create/', NEW);
    expect([status, body]).toEqual([201, SHOWN]);
  });

  it('gets everybody, and one by external id or address', async () => {
    expect(await world.get('/users/getAll/')).toEqual([
      expect.objectContaining({ ExternalUserId: null, name: 'admin' }),
      SHOWN,
    ]);
    expect(await world.get('/users/getByExternalId/U999')).toEqual(SHOWN);
    expect(await world.get('/users/getByEmail/NUEVO@example.com')).toEqual(SHOWN);
  });

  it('updates, which leaves out what is not said', async () => {
    const { status, body } = await world.call('PUT', '/users/update/U999', {
      name: 'Usuario Actualizado',
      email: 'actualizado@example.com',
      enable: false,
    });
    const changed = { ...SHOWN, name: 'Usuario Actualizado', email: 'actualizado@example.com', enable: false };
    expect([status, body]).toEqual([200, { ...changed, disabledTime: '2026-07-20T12:00:00Z' }]);
    const again = await world.call('PUT', '/users/update/U999', { enable: true, notify: false, hoursPerMonth: null });
    expect(again.body).toEqual({ ...changed, enable: true, notify: false, hoursPerMonth: null });
  });

  it('deletes, which disables: the hours stay', async () => {
    const { id } = await world.get<Member>('/users/getByExternalId/U999');
    const sessionId = await world.createSession({ idUser: id });
    const { status, body } = await world.call('DELETE', '/users/deleteByExternalId/U999');
    expect([status, body]).toEqual([200, { message: 'User deleted' }]);
    expect(await world.get('/users/getByExternalId/U999')).toMatchObject({ enable: false });
    expect(await world.get(`/sessions/getById/${sessionId}`)).toMatchObject({ idUser: id, enable: true });
    expect((await world.call('DELETE', '/users/deleteByExternalId/U999')).status).toBe(200);
  });

  it('searches by the days of sessions', async () => {
    const { body: member } = await world.call<Member>('POST', '/users/create', { name: 'Busy', externalUserId: 'U1' });
    await world.createSession({
      idUser: member.id,
      startDate: '2025-07-01T08:00:00Z',
      endDate: '2025-07-01T10:00:00Z',
    });
    const gone = await world.createSession({
      idUser: member.id,
      startDate: '2025-07-03T08:00:00Z',
      endDate: '2025-07-03T10:00:00Z',
    });
    await world.call('DELETE', `/sessions/delete/${gone}`);
    const day = { startedAt: new Date('2025-07-05T08:00:00Z'), endedAt: new Date('2025-07-05T09:00:00Z') };
    await world.addEntry(member.id, { ...day, source: 'apple_health', workspaceId: `user:${member.id}` });
    const found = async (query: string) => (await world.get<Member[]>(`/users/search/?${query}`)).map(({ id }) => id);
    expect(await found('startDate=2025-07-01')).toEqual([member.id]);
    expect(await found('fromDate=2025-07-01&toDate=2025-07-14')).toEqual([member.id]);
    expect(await found('startDate=2025-07-03')).toEqual([]);
    expect(await found('startDate=2025-07-05')).toEqual([]);
    expect(await found('startDate=2025-07-01&toDate=2025-07-15')).toHaveLength(2);
    expect((await world.call('GET', '/users/search/')).body).toMatchObject({ code: 'SEARCH.NO_FILTER' });
    expect((await world.call('GET', '/users/search/?startDate=2025-02-30')).status).toBe(422);
  });
});

describe('a user of the team', () => {
  it('is one however many create them at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => world.call('POST', '/users/create', { name: 'Twin', ExternalUserId: 'twin' })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(5);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({ code: 'USER.DUPLICATE_EXTERNAL_ID' });
    const all = await world.get<Member[]>('/users/getAll');
    expect(all.filter(({ name }) => name === 'Twin')).toHaveLength(1);
  });

  it('who connects the account answers to the old id, and is one person from then on', async () => {
    const { body: known } = await world.call<Member>('POST', '/users/create', { name: 'Known', externalUserId: 'U7' });
    const person = await addPerson(world.app, 'known');
    expect(await claim('U7', person)).toBe(known.id);
    const id = await world.createSession({ idUser: known.id });
    expect(await world.get(`/sessions/getById/${id}`)).toMatchObject({ idUser: person.id });
    expect(await world.get(`/sessions/getByUser/${known.id}`)).toMatchObject([{ idSesion: id }]);
    expect(await world.get(`/sessions/search?idUser=${known.id}`)).toMatchObject([{ idSesion: id }]);
    expect(await world.get('/users/getByExternalId/U7')).toMatchObject({ id: person.id, ExternalUserId: 'U7' });
    expect((await world.get<Member[]>('/users/getAll')).map((one) => one.id)).not.toContain(known.id);
  });

  it('who is disabled is signed out, and the last admin cannot be', async () => {
    const boss = await addPerson(world.app, 'boss', 'admin');
    await claim('U8', boss);
    const cookie = await boss.signIn();
    expect((await world.call('DELETE', '/users/deleteByExternalId/U8')).status).toBe(200);
    expect((await fetch(`${world.app.url}/v1/resources/me`, { headers: { cookie } })).status).toBe(401);
    await world.app.transactions.run((tx) => world.app.get(PeopleService).claim('clockify', 'U9', { id: 1 }.id, tx));
    for (const [method, path, body] of [
      ['DELETE', 'deleteByExternalId/U9', undefined],
      ['PUT', 'update/U9', { enable: false }],
    ] as const) {
      const answer = await world.call(method, `/users/${path}`, body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'USER.LAST_ADMIN' } });
    }
  });

  it.each([
    [{ externalUserId: 'U2' }, 'name'],
    [{ name: 'x' }, 'externalUserId'],
    [{ name: 'x', externalUserId: 'a', ExternalUserId: 'b' }, 'externalUserId'],
    [{ name: '', externalUserId: 'U2' }, 'name'],
    [{ name: 'x', externalUserId: '' }, 'externalUserId'],
    [{ name: 'x', externalUserId: 'U2', email: 'no address' }, 'email'],
    [{ name: 'x', externalUserId: 'U2', hoursPerMonth: '160' }, 'hoursPerMonth'],
    [{ name: 'x', externalUserId: 'U2', hoursPerMonth: -1 }, 'hoursPerMonth'],
    [{ name: 'x', externalUserId: 'U2', hoursPerMonth: 1.5 }, 'hoursPerMonth'],
    [{ name: 'x', externalUserId: 'U2', enable: 'no' }, 'enable'],
    [{ name: 'x', externalUserId: 'U2', notify: null }, 'notify'],
    [{ name: 'x', externalUserId: 'U2', role: 'admin' }, 'role'],
    [{ name: 'x', externalUserId: 'U2', id: 1 }, 'id'],
    [{ name: 'x', externalUserId: 'U2', password: 'correct horse' }, 'password'],
  ])('is not created from %j, which is refused by naming %s', async (body, field) => {
    const answer = await world.call('POST', '/users/create', body);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(field) as string } });
    expect((await world.call('GET', '/users/getByExternalId/U2')).status).toBe(404);
  });
});

describe('the doors of coordinators', () => {
  const PATHS: [string, boolean][] = [
    ['/sessions/getAll', true],
    ['/session-binnacle/getAll', true],
    ['/users/getAll', false],
    ['/error-log', false],
    ['/error-log/getAll', false],
  ];

  it('open to the secret however it is sent, to admins, and the reads of sessions to coordinators', async () => {
    const people = {
      admin: await addPerson(world.app, 'door-admin', 'admin'),
      coordinator: await addPerson(world.app, 'door-coordinator', 'coordinator'),
      member: await addPerson(world.app, 'door-member'),
    };
    for (const [path, isForCoordinators] of PATHS) {
      const status = async (headers: Record<string, string>) =>
        (await world.call('GET', path, undefined, headers)).status;
      expect(await status({ authorization: world.secret })).toBe(200);
      expect(await status({ authorization: `Bearer ${world.secret}` })).toBe(200);
      expect(await status({ 'x-webhook-token': world.secret })).toBe(200);
      expect(await status({})).toBe(401);
      expect(await status({ authorization: `${world.secret}x` })).toBe(401);
      expect(await status(people.admin.bearer)).toBe(200);
      expect(await status({ cookie: await signIn(world.app, 'door-admin', people.admin.password) })).toBe(200);
      expect(await status(people.coordinator.bearer)).toBe(isForCoordinators ? 200 : 403);
      expect(await status(people.member.bearer)).toBe(403);
    }
  });
});
