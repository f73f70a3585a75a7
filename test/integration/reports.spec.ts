import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import { remoteHash } from '../../src/time-entries/remote-hash.js';
import { TimeEntriesService, type AppliedChange } from '../../src/time-entries/time-entries.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { at, content, facts } from '../support/entries.js';
import { seededRandom, shuffled } from '../support/random.js';
import { about, factsOf, LIFE, permutations, report, RUNNING, type Remote } from '../support/reports.js';

const AUTHOR = { actor: { kind: 'webhook' as const, id: 'clockify' }, origin: { kind: 'delivery' as const, id: '1' } };

let test: TestApp;
let ledger: TimeEntriesService;
let integrationId: number;

beforeAll(async () => {
  // No workers: what is pending stays pending, and each case looks at it.
  test = await startTestApp({ env: { ROLE: 'api' } });
  ledger = test.get(TimeEntriesService);
  const [row] = await test.database.query<{ id: number }>(
    `insert into integrations (user_id, provider, name, account_id, workspace_id, credentials, credentials_key_id)
     values (1, 'clockify', 'Clockify', 'u1', 'w1', '\\x00', 'k1') returning id`,
  );
  integrationId = row!.id;
});

afterAll(() => test.close());

const apply = (...changes: EntryChange[]): Promise<AppliedChange[]> =>
  test.transactions.run((tx) => ledger.apply(changes, AUTHOR, tx));

let next = 1;
const newId = (): string => `e${next++}`;

async function rows(externalId: string): Promise<Record<string, unknown>[]> {
  return test.database.query('select * from time_entries where external_id = $1', [externalId]);
}

async function history(externalId: string): Promise<string[]> {
  const found = await test.database.query<{ action: string }>(
    `select b.action from sessions_binnacle b join time_entries t on t.id = b.entry_id
     where t.external_id = $1 order by b.sequence`,
    [externalId],
  );
  return found.map(({ action }) => action);
}

/** An entry written here whose create has been sent, and is confirmed where `confirmed` says so. */
async function sentEntry(externalId: string, confirmed: boolean): Promise<number> {
  const home = { source: 'clockify', workspaceId: 'w1', integrationId };
  const [applied] = await apply({ kind: 'create', userId: 1, content: content({ ...home, description: externalId }) });
  const id = applied!.entry!.id;
  const shown = facts({ externalId, workspaceId: 'w1', version: null, description: externalId });
  if (!confirmed) {
    const sent = { start: at('08:00:00'), description: externalId, projectExternalId: null };
    await test.database.execute(`update pushes set state = 'sending', sent = $2 where entry_id = $1`, [id, sent]);
    return id;
  }
  await apply({ kind: 'confirm', id, integrationId, pushedVersion: 1, facts: shown });
  await test.database.execute(
    `update pushes set state = 'done', is_creator = true, external_id = $2, written = array[$3] where entry_id = $1`,
    [id, externalId, remoteHash(shown.entry)],
  );
  return id;
}

const ours = (event: Parameters<typeof report>[0], externalId: string, remote: Remote = {}) =>
  report(event, { externalId, description: externalId, ...remote }, { integrationId });

describe('webhooks of one entry', () => {
  it('end in the same row whatever their order, while 120 entries are reported side by side', async () => {
    const random = seededRandom('reports');
    const orders = permutations(LIFE).map((order) => {
      const id = newId();
      return { id, changes: order.flatMap((change) => [about(change, id), about(change, id)]) };
    });
    const rounds = Array.from({ length: 10 }, (_unused, step) => orders.map(({ changes }) => changes[step]!));
    for (const round of rounds) {
      const mixed = shuffled(round, random);
      const batches = Array.from({ length: 6 }, (_unused, batch) => mixed.slice(batch * 20, batch * 20 + 20));
      await Promise.all(batches.map((batch) => apply(...batch)));
    }
    const ids = orders.map(({ id }) => id);
    const found = await test.database.query<{ id: number }>('select id from time_entries where external_id = any($1)', [
      ids,
    ]);
    const entries = await ledger.findByIds(found.map(({ id }) => id));
    expect(entries).toHaveLength(120);
    const distinct = new Set(entries.map((entry) => JSON.stringify(factsOf(entry))));
    expect([...distinct].map((text) => JSON.parse(text) as object)).toEqual([
      expect.objectContaining({ description: 'c', isDeleted: true, isRunning: false }),
    ]);
    expect((await ledger.verifyBinnacle()).findings).toEqual([]);
  }, 60_000);

  it('are one entry and one birth when eight copies arrive at the same moment', async () => {
    const id = newId();
    const applied = await Promise.all(
      Array.from({ length: 8 }, () => apply(report('start', { ...RUNNING, externalId: id }))),
    );
    expect(applied.filter(([one]) => one!.outcome === 'created')).toHaveLength(1);
    expect(applied.filter(([one]) => one!.note === 'duplicate')).toHaveLength(7);
    expect([await rows(id), await history(id)]).toMatchObject([[{ version: 1 }], ['created']]);
  });

  it('leave a tombstone for the removal of what was never heard of, and it swallows the rest', async () => {
    const id = newId();
    const [gone, started, ended] = await apply(
      report('delete', { externalId: id }),
      report('start', { ...RUNNING, externalId: id }),
      report('end', { externalId: id }),
    );
    expect(gone).toMatchObject({ outcome: 'created', note: 'unknown_deleted', entry: { deletedAt: expect.any(Date) } });
    expect([started!.note, ended!.note]).toEqual(['late', 'late']);
    expect(await history(id)).toEqual(['deleted']);
  });

  it('say of a conflict what is kept and what was said', async () => {
    const key = { source: 'clockify', workspaceId: 'w1', externalId: newId() };
    await apply({ kind: 'enter', key, userId: 1, content: content({ description: 'typed' }) });
    const [applied] = await apply(report('manual', { externalId: key.externalId, description: 'reported' }));
    expect(applied).toMatchObject({
      outcome: 'unchanged',
      note: 'conflict',
      diff: { description: { from: 'typed', to: 'reported' } },
      entry: { description: 'typed', reviewStatus: 'approved' },
    });
  });
});

describe('a session entered by hand', () => {
  it('is refused for a used id, also a deleted one’s, and nothing of the batch is kept', async () => {
    const key = { source: 'clockify', workspaceId: 'w1', externalId: newId() };
    await apply(report('delete', { externalId: key.externalId }));
    const other = { ...key, externalId: newId() };
    const enter = (key: typeof other): EntryChange => ({ kind: 'enter', key, userId: 1, content: content() });
    await expect(apply(enter(other), enter(key))).rejects.toMatchObject({
      status: 409,
      code: 'SESSION.DUPLICATE_EXTERNAL_ID',
    });
    expect(await rows(other.externalId)).toEqual([]);
  });

  it('is entered once when two coordinators do so at the same moment', async () => {
    const key = { source: 'clockify', workspaceId: 'w1', externalId: newId() };
    const enter: EntryChange = { kind: 'enter', key, userId: 1, content: content({ workspaceName: 'Office' }) };
    const results = await Promise.allSettled([apply(enter), apply(enter)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await rows(key.externalId)).toMatchObject([
      { workspace_name: 'Office', integration_id: null, remote_seen: false },
    ]);
  });
});

describe('our own doings, told by the service', () => {
  it('make no second entry while the create is not confirmed', async () => {
    const id = newId();
    await sentEntry(id, false);
    const [start, again, other] = await apply(
      ours('manual', id),
      ours('manual', id),
      ours('manual', newId(), { description: 'somebody else’s' }),
    );
    expect(start).toMatchObject({ outcome: 'unchanged', note: 'echo', entry: null });
    expect(again).toMatchObject({ outcome: 'unchanged', note: 'echo' });
    expect(other).toMatchObject({ outcome: 'created' });
    expect(await rows(id)).toEqual([]);
  });

  it('change nothing once it is: no status, no history', async () => {
    const id = newId();
    await sentEntry(id, true);
    for (const event of ['manual', 'manual', 'edit'] as const) {
      const [applied] = await apply(ours(event, id));
      expect(applied).toMatchObject({ outcome: 'unchanged', note: 'echo', entry: { reviewStatus: 'approved' } });
    }
    expect(await history(id)).toEqual(['created', 'linked']);
  });

  it('do not bring back an id that the entry no longer has, until the service shows it later', async () => {
    const id = newId();
    const entryId = await sentEntry(id, true);
    await apply({ kind: 'unlink', id: entryId, integrationId });
    for (const event of ['manual', 'edit', 'delete'] as const) {
      const [applied] = await apply(ours(event, id));
      expect(applied).toMatchObject({ outcome: 'unchanged', note: 'echo', entry: null });
    }
    expect(await rows(id)).toEqual([]);
    const { key, facts: shown } = ours('edit', id);
    const readAt = (milliseconds: number): EntryChange => ({
      kind: 'observe',
      key,
      userId: 1,
      integrationId,
      facts: { ...shown, readAt: new Date(Date.now() + milliseconds) },
    });
    expect(await apply(readAt(-60_000))).toMatchObject([{ outcome: 'unchanged', entry: null }]);
    expect(await apply(readAt(60_000))).toMatchObject([{ outcome: 'created' }]);
  });
});

describe('a remark', () => {
  it('stands in the sealed history, and the entry is as before', async () => {
    const id = newId();
    const [born] = await apply(report('end', { externalId: id }));
    const [applied] = await apply({
      kind: 'remark',
      id: born!.entry!.id,
      text: { description: 'called' },
      reason: 'why',
    });
    expect(applied).toMatchObject({ outcome: 'changed', entry: { version: 1, modifiedAt: born!.entry!.modifiedAt } });
    const [row] = await test.database.query(
      `select action, reason, diff from sessions_binnacle where entry_id = $1 and sequence = 2`,
      [born!.entry!.id],
    );
    expect(row).toEqual({
      action: 'remarked',
      reason: 'why',
      diff: { remark: { from: null, to: { description: 'called' } } },
    });
    expect((await ledger.verifyBinnacle(born!.entry!.id)).findings).toEqual([]);
  });
});
