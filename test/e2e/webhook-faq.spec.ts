import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { MailWorker } from '../../src/mail/mail-worker.js';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { AdminApp, type SessionJson } from '../support/admin.js';
import { mailEnv } from '../support/mail.js';
import { deliver, delivery, running, TOKEN_ENV, type Event } from '../support/webhooks.js';

/** Every subject ends with whom it is about, and when it was written on their clock. */
const about = (subject: string): string => `${subject} - Ana - (2026-07-20 07:00)`;

const WATCHER = 'clockify@example.com';

describe('the questions of the manual, asked by deliveries', () => {
  let smtp: SmtpSimulator;
  let world: AdminApp;

  beforeAll(async () => {
    smtp = new SmtpSimulator();
    await smtp.start();
    world = await AdminApp.start({
      env: { ...TOKEN_ENV, ...mailEnv(smtp), MAIL_RECIPIENT: WATCHER, MAIL_LOCALE: 'es' },
    });
  });

  beforeEach(() => (smtp.messages.length = 0));

  afterAll(async () => {
    await world.close();
    await smtp.stop();
  });

  /** Taken, worked off, and everybody told. */
  async function send(event: Event, body: object) {
    const answer = await deliver(world.app.url, event, body);
    await world.app.get(DeliveryWorker).processDue();
    await world.app.get(MailWorker).deliverDue();
    return { status: answer.status, says: answer.body.status };
  }

  /** Of the mails that arrived, in their order. */
  async function subjects(): Promise<string[]> {
    const rows = await world.app.database.query<{ message_id: string; subject: string }>(
      'select message_id, subject from mail_outbox',
    );
    const known = new Map(rows.map((row) => [row.message_id, row.subject]));
    return smtp.copiesFor(WATCHER).map(({ messageId }) => known.get(messageId)!);
  }

  const sessionOf = async (externalId: unknown) => {
    const [row] = await world.app.database.query<{ id: number }>('select id from time_entries where external_id = $1', [
      externalId,
    ]);
    return world.get<SessionJson>(`/sessions/getById/${row!.id}`);
  };

  const errorsAbout = async (code: string, externalId: unknown) => {
    const list = await world.get<{ occurrences: number; detail: Record<string, unknown> }[]>(`/error-log?code=${code}`);
    return list.filter(({ detail }) => detail.externalId === externalId);
  };

  it('1: an external id that comes again is a duplicate, noted in the error log and told by mail, once', async () => {
    const first = running();
    expect(await send('start', first)).toEqual({ status: 200, says: 'accepted' });
    expect(await subjects()).toEqual([about('Clockify - Sesión iniciada correctamente')]);
    smtp.messages.length = 0;

    expect(await send('start', first)).toEqual({ status: 200, says: 'duplicate' });
    expect(await send('start', first)).toEqual({ status: 200, says: 'duplicate' });
    expect(await subjects()).toEqual([about('Clockify - ERROR: Sesión ya existe')]);
    expect(await errorsAbout('SESSION.DUPLICATE_EXTERNAL_ID', first.id)).toMatchObject([{ occurrences: 2 }]);
  });

  it('1: one that comes again with another content is a conflict, told with what differs; the first is kept', async () => {
    const first = delivery();
    await send('manual', first);
    smtp.messages.length = 0;

    const other = { ...first, description: 'Something else' };
    expect(await send('manual', other)).toEqual({ status: 200, says: 'conflict' });
    expect(await subjects()).toEqual([about('Clockify - ERROR: Sesión ya existe con otro contenido')]);
    expect(await errorsAbout('SESSION.CONFLICTING_EXTERNAL_ID', first.id)).toMatchObject([
      { occurrences: 1, detail: { diff: { description: { from: 'Planning', to: 'Something else' } } } },
    ]);
    expect(await sessionOf(first.id)).toMatchObject({ description: 'Planning' });
  });

  it('2: the start of an open session may be moved: it is recorded, counted and told', async () => {
    const open = running();
    await send('start', open);
    smtp.messages.length = 0;

    const moved = running({ id: open.id, timeInterval: { start: '2026-07-20T12:57:00Z' } });
    expect(await send('edit', moved)).toEqual({ status: 200, says: 'accepted' });
    const session = await sessionOf(open.id);
    expect(session).toMatchObject({
      startDate: '2026-07-20T12:57:00Z',
      currentlyRunning: true,
      updatingQuantity: 1,
      status: 'APROBADO',
    });
    expect(await world.get(`/session-binnacle/getByIdSession/${session.idSesion}`)).toHaveLength(2);
    expect(await subjects()).toEqual([about('Clockify - EDICIÓN de sesión Clockify REPORTE')]);
  });

  it('2: moved by five minutes or more, it is put before a coordinator', async () => {
    const open = running();
    await send('start', open);
    smtp.messages.length = 0;

    await send('edit', running({ id: open.id, timeInterval: { start: '2026-07-20T12:50:00Z' } }));
    expect(await sessionOf(open.id)).toMatchObject({ updatingQuantity: 1, status: 'EN OBSERVACION' });
    expect(await subjects()).toEqual([about('Clockify - ALERTA: EDICIÓN de sesión Clockify REPORTE')]);
  });
});
