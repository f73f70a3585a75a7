import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApp, SEED_SESSION, type SessionJson } from '../support/admin.js';
import { addPerson, type Person } from '../support/people.js';

let world: AdminApp;
let ana: Person;
let coordinator: Person;

beforeAll(async () => {
  world = await AdminApp.start({ env: { ROLE: 'api' } });
  ana = await addPerson(world.app, 'ana');
  coordinator = await addPerson(world.app, 'coordinator', 'coordinator');
});

afterAll(() => world.close());

const history = (id: number) => world.get<Record<string, unknown>[]>(`/session-binnacle/getByIdSession/${id}`);

describe('the manual of sessions', () => {
  let id: number;

  it('creates a session', async () => {
    const { status, body } = await world.call<{ id: number }>('POST', '/sessions/create', {
      ...SEED_SESSION,
      idUser: ana.id,
    });
    expect([status, body]).toEqual([201, { message: 'Session created', id: expect.any(Number) as number }]);
    id = body.id;
  });

  it('gets it by its id, with everything that is known of it', async () => {
    expect(await world.get(`/sessions/getById/${id}`)).toEqual({
      ...SEED_SESSION,
      idSesion: id,
      idUser: ana.id,
      overtime: false,
      enable: true,
      disableTime: null,
      updatingQuantity: 0,
      status: 'APROBADO',
      observation: '',
      validStartDate: SEED_SESSION.startDate,
      validEndDate: SEED_SESSION.endDate,
      validDuration: 'PT2H',
      tags: [],
      provider: 'clockify',
      lateChanges: 0,
    });
  });

  it('gets all, also with a trailing slash', async () => {
    for (const path of ['/sessions/getAll', '/sessions/getAll/']) {
      expect((await world.get(path)).map(({ idSesion }) => idSesion)).toContain(id);
    }
  });

  it('gets them by their owner', async () => {
    await world.app.database.execute(`update users set email = 'Ana@Example.com' where id = $1`, [ana.id]);
    expect(await world.get('/sessions/getByEmail/ana@example.com')).toMatchObject([{ idSesion: id }]);
    expect(await world.get(`/sessions/getByUser/${ana.id}`)).toMatchObject([{ idSesion: id }]);
    expect(await world.get('/sessions/getByEmail/nobody@example.com')).toEqual([]);
  });

  it('updates it', async () => {
    const answer = await world.call('PUT', `/sessions/update/${id}`, {
      description: 'Tarea corregida',
      endDate: '2025-07-15T11:00:00Z',
    });
    expect([answer.status, answer.body]).toEqual([200, { message: 'Session updated' }]);
    expect(await world.get(`/sessions/getById/${id}`)).toMatchObject({
      description: 'Tarea corregida',
      endDate: '2025-07-15T11:00:00Z',
      duration: 'PT3H',
      updatingQuantity: 1,
      status: 'EN OBSERVACION',
      validEndDate: SEED_SESSION.endDate,
      validDuration: 'PT2H',
    });
  });

  it('approves it', async () => {
    const answer = await world.call('POST', '/sessions/approve?externalSesionId=abc123', {
      aprobado: true,
      observacion: 'Se ajustó correctamente el horario',
    });
    expect([answer.status, answer.body]).toEqual([200, { message: 'Sesión aprobada correctamente' }]);
    expect(await world.get(`/sessions/getById/${id}`)).toMatchObject({
      status: 'APROBADO',
      observation: 'Se ajustó correctamente el horario',
      validEndDate: '2025-07-15T11:00:00Z',
      validDuration: 'PT3H',
    });
  });

  it('deletes it, which disables it, and the history tells all of it', async () => {
    await world.call('POST', '/sessions/reopen?externalSesionId=abc123', { reason: 'Aprobada por error' });
    const answer = await world.call('DELETE', `/sessions/delete/${id}`);
    expect([answer.status, answer.body]).toEqual([200, { message: 'Session deleted' }]);
    expect(await world.get(`/sessions/getById/${id}`)).toMatchObject({
      enable: false,
      disableTime: '2026-07-20T12:00:00Z',
      currentlyRunning: false,
    });
    expect((await history(id)).map(({ action }) => action)).toEqual([
      'created',
      'edited',
      'approved',
      'reopened',
      'deleted',
    ]);
  });
});

describe('a session that is written down', () => {
  it('belongs to nobody’s account, so it is never pushed', async () => {
    const id = await world.createSession({ idUser: ana.id });
    expect(await world.app.database.query(`select 1 from pushes where entry_id = $1`, [id])).toEqual([]);
  });

  it('keeps the name of its workspace, and bears the usual one where it was given none', async () => {
    const named = await world.createSession({ idUser: ana.id, workspaceName: 'Delineantes' });
    expect(await world.get(`/sessions/getById/${named}`)).toMatchObject({ workspaceName: 'Delineantes' });
    await world.call('PUT', `/sessions/update/${named}`, { workspaceName: 'Oficina' });
    expect(await world.get(`/sessions/getById/${named}`)).toMatchObject({ workspaceName: 'Oficina' });
    const nameless = await world.createSession({ idUser: ana.id, workspaceName: '' });
    expect(await world.get(`/sessions/getById/${nameless}`)).toMatchObject({ workspaceName: 'ActionTracker' });
  });

  it('runs when it has no end', async () => {
    const {
      endDate: _end,
      duration: _duration,
      offsetEnd: _offset,
      currentlyRunning: _running,
      ...open
    } = SEED_SESSION;
    const external_sesion_id = 'open-1';
    const { body } = await world.call<{ id: number }>('POST', '/sessions/create', {
      ...open,
      external_sesion_id,
      idUser: ana.id,
    });
    expect(await world.get(`/sessions/getById/${body.id}`)).toMatchObject({
      currentlyRunning: true,
      endDate: null,
      duration: null,
      offsetEnd: null,
      validDuration: null,
    });
  });

  it('is overtime when it lasts longer than five hours', async () => {
    const long = { startDate: '2025-07-15T08:00:00Z', endDate: '2025-07-15T13:00:01Z', duration: undefined };
    const exact = { ...long, endDate: '2025-07-15T13:00:00Z' };
    const sessions = await Promise.all(
      [long, exact].map(async (times) => {
        const id = await world.createSession({ idUser: ana.id, ...times });
        return world.get<SessionJson>(`/sessions/getById/${id}`);
      }),
    );
    expect(sessions.map(({ overtime }) => overtime)).toEqual([true, false]);
  });

  it('shows words where it has no project, task or description, and takes them back as none', async () => {
    const nothing = { idProject: '', projectName: '', idTask: '', taskName: '', description: '' };
    const id = await world.createSession({ idUser: ana.id, ...nothing });
    const shown = await world.get<SessionJson>(`/sessions/getById/${id}`);
    expect(shown).toMatchObject({
      idProject: '',
      projectName: 'Sin proyecto',
      idTask: '',
      taskName: 'Sin tarea',
      description: 'Sin descripción',
    });
    const { idProject, projectName, idTask, taskName } = shown;
    await world.call('PUT', `/sessions/update/${id}`, { idProject, projectName, idTask, taskName });
    expect(await history(id)).toHaveLength(1);
  });

  it('keeps the id it has also when it is deleted: it can never be used again', async () => {
    const id = await world.createSession({ idUser: ana.id, external_sesion_id: 'used' });
    await world.call('DELETE', `/sessions/delete/${id}`);
    const again = { ...SEED_SESSION, external_sesion_id: 'used', idUser: ana.id };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await world.call('POST', '/sessions/create', again)).toMatchObject({
        status: 409,
        body: { code: 'SESSION.DUPLICATE_EXTERNAL_ID' },
      });
    }
    const [noted] = await world.get<Record<string, unknown>[]>('/error-log?code=SESSION.DUPLICATE_EXTERNAL_ID');
    expect(noted).toMatchObject({ responseCode: 409, occurrences: 2, detail: { externalId: 'used' } });
    expect(await history(id)).toHaveLength(2);
    const elsewhere = await world.call('POST', '/sessions/create', { ...again, idWorkspace: 'ws002' });
    expect(elsewhere.status).toBe(201);
  });

  it('is one however many write it down at once', async () => {
    const body = { ...SEED_SESSION, external_sesion_id: 'raced', idUser: ana.id };
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.call('POST', '/sessions/create', body)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(7);
  });
});

describe('a change of a session', () => {
  it('is refused when a person approved it, until it is reopened', async () => {
    const id = await world.createSession({ idUser: ana.id, external_sesion_id: 'locked' });
    await world.call('PUT', `/sessions/update/${id}`, { endDate: '2025-07-15T11:00:00Z' });
    await world.call('POST', '/sessions/approve?externalSesionId=locked', { aprobado: true });
    const change = { description: 'other' };
    expect(await world.call('PUT', `/sessions/update/${id}`, change)).toMatchObject({
      status: 409,
      body: { code: 'TIME_ENTRY.LOCKED' },
    });
    expect(await world.call('DELETE', `/sessions/delete/${id}`)).toMatchObject({ status: 409 });
    await world.call('POST', '/sessions/reopen?externalSesionId=locked', { reason: 'Nos equivocamos' });
    expect((await world.call('PUT', `/sessions/update/${id}`, change)).status).toBe(200);
  });

  it('is recorded with who commanded it', async () => {
    const id = await world.createSession({ idUser: ana.id });
    await world.call('PUT', `/sessions/update/${id}`, { description: 'by the coordinator' }, coordinator);
    const [created, edited] = await history(id);
    expect(created).toMatchObject({ actor: { kind: 'secret', id: null }, origin: { kind: 'request' } });
    expect(edited).toMatchObject({ actor: { kind: 'user', id: String(coordinator.id) } });
    expect(edited!.diff).toEqual({ description: { from: 'Tarea manual', to: 'by the coordinator' } });
  });

  it('is kept as it was said, so that it can be said again', async () => {
    const id = await world.createSession({ idUser: ana.id, external_sesion_id: 'told' });
    await world.call('PUT', `/sessions/update/${id}`, { endDate: '2025-07-15T11:00:00Z' });
    await world.call('PUT', `/sessions/update/${id}`, { endDate: '2025-07-15T11:00:00Z' });
    await world.call('POST', '/session-binnacle/create', { idSesion: id, description: 'Hablado' });
    await world.call('POST', '/sessions/approve?externalSesionId=told', { aprobado: true });
    await world.call('POST', '/sessions/reopen?externalSesionId=told', { reason: 'Otra vez' });
    await world.call('DELETE', `/sessions/delete/${id}`);
    const told = await world.app.database.query<{ change: { kind: string }; actor: object }>(
      'select change, actor from ledger_commands where entry_id = $1 order by applied_order',
      [id],
    );
    expect(told.map(({ change }) => change.kind)).toEqual(['enter', 'edit', 'remark', 'review', 'reopen', 'delete']);
    expect(told[1]).toMatchObject({
      actor: { kind: 'secret' },
      change: { patch: { endedAt: '2025-07-15T11:00:00.000Z' } },
    });
  });

  it('of nothing changes nothing', async () => {
    const id = await world.createSession({ idUser: ana.id });
    for (const body of [{}, { description: 'Tarea manual' }]) {
      expect((await world.call('PUT', `/sessions/update/${id}`, body)).status).toBe(200);
    }
    expect(await history(id)).toHaveLength(1);
  });

  it('of a deleted one is 404, and deleting it again is 200', async () => {
    const id = await world.createSession({ idUser: ana.id });
    await world.call('DELETE', `/sessions/delete/${id}`);
    expect((await world.call('DELETE', `/sessions/delete/${id}`)).status).toBe(200);
    expect((await world.call('PUT', `/sessions/update/${id}`, { description: 'x' })).status).toBe(404);
    expect(await history(id)).toHaveLength(2);
  });
});

describe('a session’s privacy', () => {
  it('is its owner’s where it tells of health, until the owner shares it', async () => {
    const entry = await world.addEntry(ana.id, { source: 'apple_health', workspaceId: `user:${ana.id}` });
    const seen = async () => {
      const answers = [
        await world.call('GET', `/sessions/getById/${entry.id}`),
        await world.call('PUT', `/sessions/update/${entry.id}`, { description: 'x' }),
      ];
      const lists = [await world.get('/sessions/getAll'), await world.get(`/sessions/getByUser/${ana.id}`)];
      const found = lists.map((list) => list.some(({ idSesion }) => idSesion === entry.id));
      const told = await world.get<unknown[]>(`/session-binnacle/getByIdSession/${entry.id}`);
      return [...answers.map(({ status }) => status), ...found, told.length > 0];
    };
    expect(await seen()).toEqual([404, 404, false, false, false]);
    const share = (settings: object) =>
      fetch(`${world.app.url}/v1/resources/me`, {
        method: 'PUT',
        headers: { ...ana.bearer, 'content-type': 'application/json' },
        body: JSON.stringify({ settings }),
      });
    expect((await share({ share_health: true })).status).toBe(200);
    expect(await seen()).toEqual([200, 200, true, true, true]);
    await share({ share_health: false });
    expect(await seen()).toEqual([404, 404, false, false, false]);
  });

  it('does not hide logs and other services: they are sessions too', async () => {
    const { id } = await world.addEntry(ana.id, { source: 'local' });
    expect(await world.get(`/sessions/getById/${id}`)).toMatchObject({
      provider: 'local',
      external_sesion_id: null,
      idWorkspace: '',
    });
  });
});
