import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { MailWorker } from '../../src/mail/mail-worker.js';
import { AdminApp, SEED_SESSION, type SessionJson } from '../support/admin.js';
import { mailEnv } from '../support/mail.js';
import { addPerson, type Person } from '../support/people.js';

let smtp: SmtpSimulator;
let world: AdminApp;
let ana: Person;

beforeAll(async () => {
  smtp = new SmtpSimulator();
  await smtp.start();
  const env = { ...mailEnv(smtp), MAIL_RECIPIENT: 'clockify@example.com', MAIL_LOCALE: 'es' };
  world = await AdminApp.start({ env });
  ana = await addPerson(world.app, 'ana');
});

afterAll(async () => {
  await world.close();
  await smtp.stop();
});

/** The kinds of mails that arrive because of it. */
async function sentBy(work: () => Promise<void>): Promise<string[]> {
  await world.app.get(MailWorker).deliverDue();
  smtp.messages.length = 0;
  const [last] = await world.app.database.query<{ id: number }>('select coalesce(max(id), 0) as id from mail_outbox');
  await work();
  await world.app.get(MailWorker).deliverDue();
  const mails = await world.app.database.query<{ kind: string }>(
    'select kind from mail_outbox where id > $1 order by id',
    [last!.id],
  );
  expect(smtp.messages).toHaveLength(mails.length);
  return mails.map(({ kind }) => kind);
}

describe('the questions of the manual', () => {
  it('1: an external id that comes again is refused, noted in the error log and told by mail, once', async () => {
    await world.createSession({ idUser: ana.id, external_sesion_id: 'twice' });
    const again = { ...SEED_SESSION, idUser: ana.id, external_sesion_id: 'twice' };
    const create = async (fields: object) => {
      expect((await world.call('POST', '/sessions/create', { ...again, ...fields })).status).toBe(409);
    };
    const sent = await sentBy(async () => {
      for (let attempt = 0; attempt < 3; attempt += 1) await create({});
      await create({ description: 'Otra cosa' });
    });
    expect(sent).toEqual(['session.duplicate', 'session.conflict']);
    const [noted] = await world.get<Record<string, unknown>[]>('/error-log?code=SESSION.DUPLICATE_EXTERNAL_ID');
    expect(noted).toMatchObject({ occurrences: 4, detail: { diff: { description: { to: 'Otra cosa' } } } });
  });

  it('2: the start of an open session may be moved: it is recorded, counted and told', async () => {
    const open = { endDate: null, duration: null, offsetEnd: null, currentlyRunning: true };
    const id = await world.createSession({ idUser: ana.id, ...open, startDate: '2026-07-20T11:00:00Z' });
    const sent = await sentBy(async () => {
      const moved = await world.call('PUT', `/sessions/update/${id}`, { startDate: '2026-07-20T10:57:00Z' });
      expect(moved.status).toBe(200);
    });
    expect(sent).toEqual(['session.edited']);
    expect(await world.get(`/sessions/getById/${id}`)).toMatchObject({
      startDate: '2026-07-20T10:57:00Z',
      currentlyRunning: true,
      updatingQuantity: 1,
      status: 'APROBADO',
    });
    expect(await world.get(`/session-binnacle/getByIdSession/${id}`)).toHaveLength(2);
  });

  it('4: longer than five hours is overtime', async () => {
    const times = { startDate: '2025-07-15T08:00:00Z', duration: undefined };
    const flags = [];
    for (const endDate of ['2025-07-15T13:00:00Z', '2025-07-15T13:00:01Z']) {
      const id = await world.createSession({ idUser: ana.id, ...times, endDate });
      flags.push((await world.get<SessionJson>(`/sessions/getById/${id}`)).overtime);
    }
    expect(flags).toEqual([false, true]);
  });
});
