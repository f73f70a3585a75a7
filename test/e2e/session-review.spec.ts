import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApp, type SessionJson } from '../support/admin.js';
import { facts } from '../support/entries.js';
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

let next = 0;

/** A session whose end was moved by an hour. */
async function underReview(fields: Record<string, unknown> = {}): Promise<{ id: number; name: string }> {
  const name = `review-${(next += 1)}`;
  const id = await world.createSession({ idUser: ana.id, external_sesion_id: name, ...fields });
  await world.call('PUT', `/sessions/update/${id}`, { endDate: '2025-07-15T11:00:00Z' });
  return { id, name };
}

const decide = (name: string, body: object, as?: Person, more = '') =>
  world.call('POST', `/sessions/approve?externalSesionId=${name}${more}`, body, as);
const session = (id: number) => world.get<SessionJson>(`/sessions/getById/${id}`);
const actions = async (id: number) =>
  (await world.get<{ action: string }[]>(`/session-binnacle/getByIdSession/${id}`)).map(({ action }) => action);

describe('a decision about a session', () => {
  it('that rejects leaves the valid times as they were and locks nothing', async () => {
    const { id, name } = await underReview();
    const answer = await decide(name, { aprobado: false, observacion: 'No coincide' });
    expect([answer.status, answer.body]).toEqual([200, { message: 'Sesión reprobada correctamente' }]);
    expect(await session(id)).toMatchObject({
      status: 'REPROBADO',
      observation: 'No coincide',
      validEndDate: '2025-07-15T10:00:00Z',
    });
    expect((await world.call('PUT', `/sessions/update/${id}`, { description: 'x' })).status).toBe(200);
  });

  it('needs no observation', async () => {
    const { id, name } = await underReview();
    expect((await decide(name, { aprobado: true })).status).toBe(200);
    expect(await session(id)).toMatchObject({ status: 'APROBADO', observation: '' });
  });

  it('may be said again, and changes nothing then', async () => {
    const { id, name } = await underReview();
    for (let times = 0; times < 3; times += 1) expect((await decide(name, { aprobado: true })).status).toBe(200);
    expect(await actions(id)).toEqual(['created', 'edited', 'approved']);
    expect((await decide(name, { aprobado: false })).body).toMatchObject({ code: 'SESSION.ALREADY_DECIDED' });
  });

  it('is one when several decide alike at once', async () => {
    const { id, name } = await underReview();
    const answers = await Promise.all(Array.from({ length: 6 }, () => decide(name, { aprobado: true })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
    expect(await actions(id)).toEqual(['created', 'edited', 'approved']);
  });

  it('is refused about what is not under review, and about what still runs', async () => {
    const id = await world.createSession({ idUser: ana.id, external_sesion_id: 'by-rule' });
    expect(await decide('by-rule', { aprobado: true })).toMatchObject({
      status: 409,
      body: { code: 'SESSION.NOT_UNDER_REVIEW' },
    });
    const reopened = await world.call('PUT', `/sessions/update/${id}`, { endDate: null });
    expect([reopened.status, (await session(id)).currentlyRunning]).toEqual([200, true]);
    expect(await decide('by-rule', { aprobado: true })).toMatchObject({
      status: 409,
      body: { code: 'SESSION.STILL_OPEN' },
    });
  });

  it.each([
    [{}, 'aprobado'],
    [{ aprobado: 'true' }, 'aprobado'],
    [{ aprobado: 1 }, 'aprobado'],
    [{ aprobado: null }, 'aprobado'],
    [{ aprobado: true, observacion: 7 }, 'observacion'],
    [{ aprobado: true, observacion: 'x'.repeat(501) }, 'observacion'],
    [{ aprobado: true, status: 'APROBADO' }, 'status'],
  ])('of %j is refused by naming %s', async (body, field) => {
    const { id, name } = await underReview();
    expect(await decide(name, body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(field) as string },
    });
    expect(await session(id)).toMatchObject({ status: 'EN OBSERVACION' });
  });

  it('names one session', async () => {
    const body = { aprobado: true };
    expect((await world.call('POST', '/sessions/approve', body)).status).toBe(400);
    expect((await world.call('POST', '/sessions/approve?externalSesionId=', body)).status).toBe(400);
    expect((await world.call('POST', '/sessions/approve?externalSesionId=a&externalSesionId=b', body)).status).toBe(
      400,
    );
    expect(await decide('nobody-knows', body)).toMatchObject({ status: 404, body: { code: 'SESSION.NOT_FOUND' } });
  });

  it('asks for the workspace where several have that id', async () => {
    const here = await underReview({ idWorkspace: 'ws-a' });
    const there = await world.createSession({ idUser: ana.id, external_sesion_id: here.name, idWorkspace: 'ws-b' });
    expect(await decide(here.name, { aprobado: true })).toMatchObject({
      status: 409,
      body: { code: 'SESSION.AMBIGUOUS', message: expect.stringContaining('ws-b') as string },
    });
    expect((await decide(here.name, { aprobado: true }, undefined, '&idWorkspace=ws-a')).status).toBe(200);
    expect(await session(here.id)).toMatchObject({ status: 'APROBADO' });
    expect(await actions(there)).toEqual(['created']);
  });

  it('can be about one that has no id at a service', async () => {
    const entry = await world.addEntry(ana.id, { startedAt: new Date('2026-07-20T08:00:00Z') });
    await world.call('PUT', `/sessions/update/${entry.id}`, { endDate: '2026-07-20T11:00:00Z' });
    const answer = await world.call('POST', `/sessions/approve?idSesion=${entry.id}`, { aprobado: true });
    expect(answer.status).toBe(200);
    expect(await session(entry.id)).toMatchObject({ status: 'APROBADO', external_sesion_id: null });
  });

  it('is never one’s own', async () => {
    const own = await underReview({ idUser: coordinator.id });
    for (const [path, body] of [
      ['approve', { aprobado: true }],
      ['reopen', { reason: 'because' }],
    ] as const) {
      const answer = await world.call('POST', `/sessions/${path}?externalSesionId=${own.name}`, body, coordinator);
      expect(answer).toMatchObject({ status: 403, body: { code: 'SESSION.OWN_ENTRY' } });
    }
    const other = await underReview();
    expect((await decide(other.name, { aprobado: true }, coordinator)).status).toBe(200);
    expect((await decide(other.name, { aprobado: true }, ana)).status).toBe(403);
    expect(await session(own.id)).toMatchObject({ status: 'EN OBSERVACION' });
  });
});

describe('reopening a session', () => {
  it('needs a reason and puts it under review again', async () => {
    const { id, name } = await underReview();
    const reopen = (body: object) => world.call('POST', `/sessions/reopen?externalSesionId=${name}`, body);
    await decide(name, { aprobado: true });
    expect((await reopen({})).status).toBe(400);
    expect((await reopen({ reason: '' })).status).toBe(400);
    const answer = await reopen({ reason: 'Aprobada por error' });
    expect([answer.status, answer.body]).toEqual([200, { message: 'Sesión reabierta correctamente' }]);
    expect(await session(id)).toMatchObject({ status: 'EN OBSERVACION' });
    const lines = await world.get<{ reason: string }[]>(`/session-binnacle/getByIdSession/${id}`);
    expect(lines.at(-1)).toMatchObject({ action: 'reopened', reason: 'Aprobada por error' });
  });

  it('is refused where nobody has decided', async () => {
    await world.createSession({ idUser: ana.id, external_sesion_id: 'undecided' });
    const answer = await world.call('POST', '/sessions/reopen?externalSesionId=undecided', { reason: 'x' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'SESSION.NOT_DECIDED' } });
  });

  it('shows what the service changed meanwhile, and carries it out', async () => {
    const key = { source: 'clockify', workspaceId: 'ws001', externalId: 'late-1' };
    const report = (event: 'manual' | 'edit', end: string) =>
      world.apply({
        kind: 'report',
        event,
        key,
        userId: ana.id,
        integrationId: null,
        facts: facts({ ...key, end: new Date(end), version: null, timeZone: 'UTC' }),
      });
    const { id } = await report('manual', '2026-07-20T09:00:00Z');
    expect((await decide('late-1', { aprobado: true })).status).toBe(200);
    await report('edit', '2026-07-20T10:00:00Z');
    expect(await session(id)).toMatchObject({ endDate: '2026-07-20T09:00:00Z', lateChanges: 1 });
    const late = () => world.get<Record<string, unknown>[]>('/sessions/lateChanges?externalSesionId=late-1');
    expect(await late()).toEqual([
      {
        idSesion: id,
        sequence: 1,
        diff: expect.objectContaining({
          endDate: { from: '2026-07-20T09:00:00.000Z', to: '2026-07-20T10:00:00.000Z' },
        }) as object,
        actor: { kind: 'system', id: null },
        origin: null,
        receivedAt: '2026-07-20T12:00:00Z',
        appliedAt: null,
      },
    ]);
    await world.call('POST', '/sessions/reopen?externalSesionId=late-1', { reason: 'Cambió en Clockify' });
    expect(await session(id)).toMatchObject({
      endDate: '2026-07-20T10:00:00Z',
      status: 'EN OBSERVACION',
      lateChanges: 0,
    });
    expect(await late()).toMatchObject([{ appliedAt: '2026-07-20T12:00:00Z' }]);
  });
});
