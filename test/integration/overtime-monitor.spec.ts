import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OvertimeMonitor } from '../../src/sessions/overtime-monitor.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import { content } from '../support/entries.js';
import { MailApp } from '../support/mail.js';
import { addPerson } from '../support/people.js';

const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: { kind: 'request' as const, id: 'r-1' } };
const HOUR = 3_600_000;

describe('the monitor of running entries', () => {
  let mail: MailApp;
  let ana: number;

  beforeAll(async () => {
    mail = await MailApp.start({ env: { MAIL_RECIPIENT: 'boss@example.com' } });
    ana = (await addPerson(mail.app, 'ana')).id;
  });

  afterEach(() => mail.reset());
  afterAll(() => mail.close());

  const apply = (...changes: EntryChange[]) =>
    mail.app.transactions.run((tx) => mail.app.get(TimeEntriesService).apply(changes, AUTHOR, tx));

  const running = async (sinceMilliseconds: number, changes = {}): Promise<number> => {
    const startedAt = new Date(Date.now() - sinceMilliseconds);
    const begun = content({ startedAt, endedAt: null, isRunning: true, ...changes });
    const [applied] = await apply({ kind: 'create', userId: ana, content: begun });
    return applied!.entry!.id;
  };

  const history = async (ids: number[]) =>
    (
      await mail.app.database.query<{ entry_id: number; actor_kind: string; origin_kind: string }>(
        `select entry_id, actor_kind, origin_kind from sessions_binnacle
         where action = 'overran' and entry_id = any($1) order by entry_id`,
        [ids],
      )
    ).map((row) => [row.entry_id, row.actor_kind, row.origin_kind]);

  const mails = async () =>
    (await mail.app.database.query(`select id from mail_outbox where kind = 'session.overtime'`)).length;

  it('finds each once, and mails it once, however many replicas look and however often', async () => {
    const over = await Promise.all(Array.from({ length: 5 }, () => running(5 * HOUR + 1000)));
    const under = await running(5 * HOUR - 60_000);
    const draft = await running(9 * HOUR, { isRunning: false });
    const monitor = mail.app.get(OvertimeMonitor);
    await Promise.all(Array.from({ length: 6 }, () => monitor.run()));
    await monitor.run();
    expect(await history([...over, under, draft])).toEqual(
      over.toSorted((a, b) => a - b).map((id) => [id, 'system', 'monitor']),
    );
    expect(await mails()).toBe(5);
  });

  it('looks at all of them, also beyond one batch', async () => {
    const startedAt = new Date(Date.now() - 6 * HOUR);
    const begun = content({ startedAt, endedAt: null, isRunning: true });
    await apply(...Array.from({ length: 205 }, (): EntryChange => ({ kind: 'create', userId: ana, content: begun })));
    await mail.app.get(OvertimeMonitor).run();
    const [row] = await mail.app.database.query<{ n: number }>(
      'select count(*)::int as n from time_entries where started_at = $1 and is_overtime',
      [startedAt],
    );
    expect(row!.n).toBe(205);
  });

  it('mails nothing twice when a start is moved and the time passes again', async () => {
    const id = await running(6 * HOUR);
    const monitor = mail.app.get(OvertimeMonitor);
    await monitor.run();
    await apply({ kind: 'edit', id, patch: { startedAt: new Date(Date.now() - HOUR) } });
    expect((await mail.app.get(TimeEntriesService).findByIds([id]))[0]!.isOvertime).toBe(false);
    await apply({ kind: 'edit', id, patch: { startedAt: new Date(Date.now() - 7 * HOUR) } });
    await monitor.run();
    expect((await mail.app.get(TimeEntriesService).findByIds([id]))[0]!.isOvertime).toBe(true);
    expect(await mails()).toBe(1);
  });
});
