import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import { TimeEntriesService, type AppliedChange } from '../../src/time-entries/time-entries.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { at } from '../support/entries.js';
import { report } from '../support/reports.js';

const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: { kind: 'request' as const, id: 'r-1' } };

let test: TestApp;
let ledger: TimeEntriesService;

beforeAll(async () => {
  test = await startTestApp({ env: { ROLE: 'api' } });
  ledger = test.get(TimeEntriesService);
});

afterAll(() => test.close());

const apply = (...changes: EntryChange[]): Promise<AppliedChange[]> =>
  test.transactions.run((tx) => ledger.apply(changes, AUTHOR, tx));

let next = 1;

/** An entry from eight to nine that a person has approved. */
async function approved(): Promise<{ id: number; externalId: string }> {
  const externalId = `late${next++}`;
  const [born] = await apply(report('manual', { externalId }));
  const id = born!.entry!.id;
  await apply({ kind: 'review', id, decision: 'approved' });
  return { id, externalId };
}

const find = async (id: number) => (await ledger.findByIds([id]))[0]!;
const reopen = (id: number, applyLateChanges: boolean): EntryChange => ({
  kind: 'reopen',
  id,
  reason: 'it was wrong',
  applyLateChanges,
});

describe('a change at the service to what a person approved', () => {
  it('alters nothing, is kept once, counted, and has no history yet', async () => {
    const { id, externalId } = await approved();
    const edit = report('edit', { externalId, end: at('10:00:00') });
    const [first] = await apply(edit);
    expect(first).toMatchObject({ outcome: 'unchanged', note: 'late', entry: { lateChangeCount: 1 } });
    const before = await find(id);
    expect((await apply(edit, edit))[1]).toMatchObject({ note: 'late', entry: { lateChangeCount: 1 } });
    expect(await find(id)).toEqual(before);
    expect(before).toMatchObject({ endedAt: at('09:00:00'), lateChangeCount: 1, binnacleSequence: 2, isLocked: true });
    const [late, ...others] = await ledger.findLateChanges(id);
    expect(others).toEqual([]);
    expect(late).toMatchObject({
      entryId: id,
      change: { kind: 'report', event: 'edit', facts: { entry: { end: at('10:00:00') } } },
      diff: { endedAt: { from: '2026-07-20T09:00:00.000Z', to: '2026-07-20T10:00:00.000Z' } },
      actor: AUTHOR.actor,
      origin: AUTHOR.origin,
      appliedAt: null,
    });
    expect((await ledger.verifyBinnacle(id)).findings).toEqual([]);
  });

  it('is refused to people', async () => {
    const { id } = await approved();
    await expect(apply({ kind: 'edit', id, patch: { description: 'x' } })).rejects.toMatchObject({
      code: 'TIME_ENTRY.LOCKED',
    });
  });

  it('is applied in order by a reopening that asks for it, and waits on after one that does not', async () => {
    const { id, externalId } = await approved();
    await apply(report('edit', { externalId, description: 'B' }));
    await apply(report('edit', { externalId, description: 'C', end: at('10:00:00') }));
    await apply(reopen(id, false));
    expect(await find(id)).toMatchObject({ reviewStatus: 'under_review', description: 'Working', lateChangeCount: 2 });
    const [applied] = await apply(reopen(id, true));
    expect(applied).toMatchObject({
      outcome: 'changed',
      entry: {
        reviewStatus: 'under_review',
        isLocked: false,
        description: 'C',
        endedAt: at('10:00:00'),
        validEndedAt: at('09:00:00'),
        lateChangeCount: 0,
      },
    });
    const late = await ledger.findLateChanges(id);
    expect(late.map(({ appliedAt }) => appliedAt)).toEqual([expect.any(Date), expect.any(Date)]);
    const actions = await test.database.query(
      'select action, reason from sessions_binnacle where entry_id = $1 order by id',
      [id],
    );
    expect(actions.map(({ action }) => action as string)).toEqual([
      'created',
      'approved',
      'reopened',
      'edited',
      'edited',
    ]);
    expect(actions.at(-1)!.reason).toMatch(/^said by the service while locked, at 20/);
    expect((await ledger.verifyBinnacle(id)).findings).toEqual([]);
  });

  it('ends where the service was last, also when it went back and forth', async () => {
    const { id, externalId } = await approved();
    for (const description of ['B', 'C', 'B']) await apply(report('edit', { externalId, description }));
    expect((await ledger.findLateChanges(id)).length).toBe(2);
    expect((await apply(reopen(id, true)))[0]!.entry!.description).toBe('B');
    await apply({ kind: 'review', id, decision: 'approved' });
    await apply(report('edit', { externalId, description: 'D' }));
    await apply(report('edit', { externalId, description: 'B' }));
    expect(await find(id)).toMatchObject({ description: 'B', lateChangeCount: 2 });
    expect((await apply(reopen(id, true)))[0]!.entry!.description).toBe('B');
  });

  it('may be its removal, which then waits, too', async () => {
    const { id, externalId } = await approved();
    expect((await apply(report('delete', { externalId })))[0]).toMatchObject({
      note: 'late',
      entry: { deletedAt: null },
    });
    const [applied] = await apply(reopen(id, true));
    expect(applied!.entry!.deletedAt).toBeInstanceOf(Date);
  });

  it('is counted exactly when many say it at the same moment', async () => {
    const { id, externalId } = await approved();
    const words = ['B', 'C', 'B', 'D', 'C', 'B'];
    await Promise.all(words.map((description) => apply(report('edit', { externalId, description }))));
    expect(await find(id)).toMatchObject({ lateChangeCount: 3 });
    expect(await ledger.findLateChanges(id)).toHaveLength(3);
  });
});
