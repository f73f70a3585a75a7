import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import { TimeEntriesService, type AppliedChange } from '../../src/time-entries/time-entries.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { at, content, facts } from '../support/entries.js';

const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: { kind: 'request' as const, id: 'r-1' } };

let test: TestApp;
let ledger: TimeEntriesService;
let integrationId: number;

beforeAll(async () => {
  // No workers: what is pending stays pending, and each case looks at it.
  test = await startTestApp({ env: { ROLE: 'api' } });
  ledger = test.get(TimeEntriesService);
  const [row] = await test.database.query<{ id: number }>(
    `insert into integrations (user_id, provider, name, account_id, workspace_id, credentials, credentials_key_id)
     values (1, 'toggl', 'Toggl', '1000001', '2000001', '\\x00', 'k1') returning id`,
  );
  integrationId = row!.id;
});

afterAll(() => test.close());

const apply = (...changes: EntryChange[]): Promise<AppliedChange[]> =>
  test.transactions.run((tx) => ledger.apply(changes, AUTHOR, tx));

const create = (changes = {}): EntryChange => ({ kind: 'create', userId: 1, content: content(changes) });

let nextExternalId = 3_730_000_000;
const newExternalId = (): string => String(nextExternalId++);

const observe = (externalId: string, remote: Parameters<typeof facts>[0] = {}): EntryChange => ({
  kind: 'observe',
  key: { source: 'toggl', workspaceId: '2000001', externalId },
  userId: 1,
  integrationId,
  facts: facts({ ...remote, externalId }),
});

async function count(table: string, where = 'true'): Promise<number> {
  const [row] = await test.database.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`);
  return row!.n;
}

describe('the one writer', () => {
  it('answers each change of a batch in its order and folds several to one entry', async () => {
    const [first] = await apply(create());
    const id = first!.entry!.id;
    const applied = await apply(
      { kind: 'edit', id, patch: { description: 'Writing' } },
      create({ description: 'Another' }),
      { kind: 'edit', id, patch: { description: 'Writing' } },
      { kind: 'edit', id, patch: { endedAt: at('09:02:00') } },
    );
    expect(applied.map((change) => change.outcome)).toEqual(['changed', 'created', 'unchanged', 'changed']);
    expect(applied[0]!.entry).toMatchObject({ description: 'Writing', endedAt: at('09:02:00'), version: 3 });
    expect(await count('sessions_binnacle', `entry_id = ${id}`)).toBe(3);
  });

  it('writes one row per table and entry however many changes a batch has', async () => {
    const [first] = await apply(create({ source: 'toggl', workspaceId: '2000001', integrationId }));
    const id = first!.entry!.id;
    await apply(
      { kind: 'edit', id, patch: { description: 'a' } },
      { kind: 'edit', id, patch: { description: 'b' } },
      { kind: 'delete', id },
    );
    expect(await count('pushes', `entry_id = ${id} and wanted = 'absent'`)).toBe(1);
    expect(await count('pushes', `entry_id = ${id}`)).toBe(1);
  });

  it('rolls everything back when one change of the batch cannot be', async () => {
    const before = [await count('time_entries'), await count('sessions_binnacle')];
    await expect(apply(create(), { kind: 'edit', id: 999_999_999, patch: { description: 'x' } })).rejects.toThrow(
      'There is no such time entry',
    );
    expect([await count('time_entries'), await count('sessions_binnacle')]).toEqual(before);
  });

  it('says in each binnacle row who did what, through which door, and what moved', async () => {
    const [applied] = await apply({ ...create(), reason: 'typed in' });
    const id = applied!.entry!.id;
    await apply({ kind: 'edit', id, patch: { description: 'Writing' }, reason: 'a slip' });
    const rows = await test.database.query(
      `select sequence, action, actor_kind, actor_id, origin_kind, origin_id, reason, diff from sessions_binnacle
       where entry_id = $1 order by sequence`,
      [id],
    );
    expect(rows[1]).toEqual({
      sequence: 2,
      action: 'edited',
      actor_kind: 'user',
      actor_id: '1',
      origin_kind: 'request',
      origin_id: 'r-1',
      reason: 'a slip',
      diff: { description: { from: 'Working', to: 'Writing' } },
    });
    expect(rows[0]).toMatchObject({ sequence: 1, action: 'created', reason: 'typed in' });
  });
});

describe('one row per outside record', () => {
  it('becomes one entry when twenty observers see it at the same moment', async () => {
    const externalId = newExternalId();
    await Promise.all(Array.from({ length: 20 }, () => apply(observe(externalId))));
    expect(await count('time_entries', `external_id = '${externalId}'`)).toBe(1);
    expect(
      await count('sessions_binnacle s join time_entries t on t.id = s.entry_id', `t.external_id = '${externalId}'`),
    ).toBe(1);
  });

  it('leaves no row behind for a deletion of something unknown', async () => {
    const externalId = newExternalId();
    const [applied] = await apply(observe(externalId, { isDeleted: true }));
    expect(applied).toMatchObject({ outcome: 'unchanged', entry: null });
    expect(await count('time_entries', `external_id = '${externalId}'`)).toBe(0);
  });

  it('takes overlapping batches in any order without a deadlock surfacing', async () => {
    const ids = Array.from({ length: 30 }, newExternalId);
    const batches = [ids, ids.toReversed(), ids.toSorted(() => 0.5 - Math.random())];
    await Promise.all(batches.map((batch) => apply(...batch.map((id) => observe(id)))));
    expect(await count('time_entries', `external_id in (${ids.map((id) => `'${id}'`).join(',')})`)).toBe(30);
  });
});

describe('order does not matter for facts', () => {
  /** What the service showed at successive moments, oldest first; the last may be the deletion. */
  const history = fc
    .record({
      versions: fc.array(
        fc.record({
          description: fc.constantFrom('a', 'b', 'c'),
          end: fc.constantFrom(null, at('09:00:00'), at('09:30:00')),
          start: fc.constantFrom(at('08:00:00'), at('08:10:00')),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      isDeleted: fc.boolean(),
    })
    .map(({ versions, isDeleted }) =>
      versions.map((remote, index) => ({
        ...remote,
        isRunning: remote.end === null,
        version: new Date(at('12:00:00').getTime() + index * 1000),
        isDeleted: isDeleted && index === versions.length - 1,
      })),
    );

  it('ends in the last version for any order, repetition or loss that a later read repairs', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (versions, chance) => {
        const externalId = newExternalId();
        const arrivals = [...versions, ...versions]
          .filter(() => chance.next().value! % 4 !== 0)
          .map((version) => ({ version, place: chance.next().value! }))
          .sort((a, b) => a.place - b.place)
          .map(({ version }) => version);
        for (const version of [...arrivals, versions.at(-1)!]) await apply(observe(externalId, version));
        const last = versions.at(-1)!;
        const [row] = await test.database.query(
          'select description, started_at, ended_at, is_running, deleted_at from time_entries where external_id = $1',
          [externalId],
        );
        if (row === undefined) return last.isDeleted && arrivals.every((version) => version.isDeleted);
        if (last.isDeleted) return row.deleted_at !== null && row.is_running === false;
        expect(row).toEqual({
          description: last.description,
          started_at: last.start,
          ended_at: last.end,
          is_running: last.isRunning,
          deleted_at: null,
        });
        return true;
      }),
      { numRuns: 60 },
    );
  });
});

describe('after everything above', () => {
  it('the binnacle is intact', async () => {
    const report = await ledger.verifyBinnacle();
    expect(report.findings).toEqual([]);
    expect(report.counts.entries).toBe(await count('time_entries'));
  });

  it('no entry stands half-written', async () => {
    expect(await count('time_entries', 'version = 0 or register_number is null')).toBe(0);
  });
});
