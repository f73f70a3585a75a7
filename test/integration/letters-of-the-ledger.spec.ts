import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { EntryChange, ReportedEvent } from '../../src/time-entries/entry-change.js';
import type { RemoteEntry } from '../../src/integrations/contract/remote-entry.js';
import { at, content, facts } from '../support/entries.js';
import { MailApp } from '../support/mail.js';
import { addPerson } from '../support/people.js';

const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: { kind: 'request' as const, id: 'r-1' } };
const BOSS = 'boss@example.com';

describe('the ledger', () => {
  let mail: MailApp;
  let ana: number;
  let lastId = 64_000;

  beforeAll(async () => {
    mail = await MailApp.start({ env: { MAIL_RECIPIENT: BOSS } });
    ana = (await addPerson(mail.app, 'ana')).id;
    await mail.app.database.execute(`update users set email = 'ana@example.com' where id = $1`, [ana]);
  });

  afterEach(() => mail.reset());
  afterAll(() => mail.close());

  const apply = (...changes: EntryChange[]) =>
    mail.app.transactions.run((tx) => mail.app.get(TimeEntriesService).apply(changes, AUTHOR, tx));

  const kinds = async () => {
    const rows = await mail.app.database.query<{ kind: string }>('select kind from mail_outbox order by id');
    return rows.map(({ kind }) => kind);
  };

  /** A session of a service, and what it says of it. */
  const session = () => {
    const externalId = String(++lastId);
    const key = { source: 'clockify', workspaceId: 'w', externalId };
    return (event: ReportedEvent, entry: Partial<RemoteEntry> = {}): EntryChange => ({
      kind: 'report',
      event,
      key,
      userId: ana,
      integrationId: null,
      facts: facts({ externalId, workspaceId: 'w', version: null, ...entry }),
    });
  };

  const RUNNING = { end: null, isRunning: true };

  it('tells of a session as the service reports it, in this order', async () => {
    const report = session();
    await apply(report('start', RUNNING));
    await apply(report('end'));
    await apply(report('edit', { end: at('09:04:00') }));
    await apply(report('edit', { end: at('09:30:00') }));
    await apply(report('edit', { end: at('09:30:00'), description: 'Other words' }));
    await apply(report('delete', { end: at('09:30:00') }));
    const expected = ['started', 'ended', 'edited', 'under_review', 'deleted'];
    expect(await kinds()).toEqual(expected.map((kind) => `session.${kind}`));
    await mail.deliver();
    expect(mail.smtp.copiesFor('ana@example.com').map(({ messageId }) => messageId)).toEqual(
      mail.smtp.copiesFor(BOSS).map(({ messageId }) => messageId),
    );
    expect(mail.smtp.messages[3]!.raw).toContain('Ediciones totales: 2');
  });

  it('tells of a batch as things happened, whichever entries they were about', async () => {
    const [older, newer] = [session(), session()];
    await apply(older('start', RUNNING));
    await apply(newer('start', RUNNING), older('end'), newer('end'), older('edit', { end: at('09:30:00') }));
    const expected = ['started', 'started', 'ended', 'ended', 'under_review'];
    expect(await kinds()).toEqual(expected.map((kind) => `session.${kind}`));
    const rows = await mail.app.database.query<{ key: string }>(
      'select effect_key as key from mail_outbox order by id',
    );
    const entries = rows.map(({ key }) => key.split('/')[1]);
    expect(entries.map((entry) => entry === entries[0])).toEqual([true, false, true, false, true]);
  });

  it('tells of sessions nobody had heard of', async () => {
    await apply(session()('end'), session()('edit'), session()('delete'), session()('manual'));
    const expected = ['created_by_end', 'created_by_edit', 'delete_unknown', 'manual'];
    expect(await kinds()).toEqual(expected.map((kind) => `session.${kind}`));
  });

  it('tells of every change of reported time, whoever makes it, and of overtime once', async () => {
    const report = session();
    const [started] = await apply(report('start', RUNNING));
    const { id } = started!.entry!;
    await apply({ kind: 'overrun', id });
    await apply({ kind: 'overrun', id });
    await apply({ kind: 'end', id, end: at('18:00:00') });
    await apply({ kind: 'edit', id, patch: { endedAt: at('12:00:00') } });
    await apply({ kind: 'edit', id, patch: { description: 'Only words' } });
    expect(await kinds()).toEqual(['session.started', 'session.overtime', 'session.under_review']);
  });

  it('tells nobody what people write down themselves', async () => {
    const [created] = await apply({ kind: 'create', userId: ana, content: content() });
    await apply({ kind: 'delete', id: created!.entry!.id });
    expect(await kinds()).toEqual([]);
  });

  it('tells nothing twice when a report is repeated', async () => {
    const report = session();
    for (let copy = 0; copy < 3; copy++) await apply(report('start', RUNNING));
    for (let copy = 0; copy < 3; copy++) await apply(report('end'));
    expect(await kinds()).toEqual(['session.started', 'session.ended']);
  });

  it('tells nothing of a change that is rolled back', async () => {
    const report = session();
    const attempt = mail.app.transactions.run(async (tx) => {
      await mail.app.get(TimeEntriesService).apply([report('start', RUNNING)], AUTHOR, tx);
      const written = await tx.query('select from mail_outbox');
      throw new Error(`no after all: ${written.length} mail`);
    });
    await expect(attempt).rejects.toThrow('no after all: 1 mail');
    expect(await kinds()).toEqual([]);
    expect(await mail.deliver()).toBe('idle');
    expect(mail.smtp.messages).toEqual([]);
  });

  it('asks for the people of a batch once, and writes its mails at once', async () => {
    const statements: string[] = [];
    await mail.app.transactions.run(async (tx) => {
      const record = (statement: string | { text: string }) =>
        statements.push(typeof statement === 'string' ? statement : statement.text);
      const [query, later] = [tx.query.bind(tx), tx.later.bind(tx)];
      tx.query = (statement, values) => (record(statement), query(statement, values));
      tx.later = (statement, values) => (record(statement), later(statement, values));
      const reports = Array.from({ length: 25 }, () => session()('start', RUNNING));
      await mail.app.get(TimeEntriesService).apply(reports, AUTHOR, tx);
    });
    expect(await kinds()).toHaveLength(25);
    expect(statements.filter((text) => text.includes('from users'))).toHaveLength(1);
    expect(statements.filter((text) => text.includes('mail_'))).toHaveLength(1);
  });
});
