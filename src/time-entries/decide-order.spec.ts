import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from '../../test/support/entries.js';
import {
  AT_CLOCKIFY,
  factsOf,
  LIFE,
  permutations,
  read,
  report,
  type Remote,
  RUNNING,
} from '../../test/support/reports.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { Decision, EntryChange } from './entry-change.js';
import { durationSeconds, type TimeEntry } from './time-entry.js';

const NOW = at('12:00:00');
const LATER = at('12:30:00');

const blank = (): TimeEntry => ({ ...blankEntry(7, 1, at('08:00:00')), ...AT_CLOCKIFY, externalId: 'c1' });

/** The entry after all these changes, and what was decided on the way. */
function fold(changes: readonly EntryChange[]): { entry: TimeEntry; decisions: Decision[] } {
  let entry = blank();
  const decisions = changes.map((change) => {
    const decision = decide(entry, change, { now: NOW, overtimeSeconds: 18_000, hasPendingPush: false });
    if ('next' in decision) entry = decision.next;
    return decision;
  });
  return { entry, decisions };
}

const letters = (decisions: Decision[], kind: string): number =>
  decisions.filter((decision) => decision.kind === 'write' && decision.mails.some((mail) => mail.kind === kind)).length;

describe('start, edit, edit, end and delete', () => {
  it('end in the same row in every one of the 120 orders, also with each told twice', () => {
    const [expected] = permutations(LIFE).map((order) => factsOf(fold(order).entry));
    expect(expected).toMatchObject({ description: 'c', isDeleted: true, isRunning: false, endedAt: at('09:00:00') });
    for (const order of permutations(LIFE)) {
      const doubled = order.flatMap((change) => [change, change]);
      for (const changes of [order, doubled, [...order, ...order], [...order, ...order.toReversed()]]) {
        expect(factsOf(fold(changes).entry)).toEqual(expected);
      }
    }
  });

  it('tell of one removal, and of nothing after it', () => {
    for (const order of permutations(LIFE)) {
      const { decisions } = fold([...order, ...order]);
      expect(letters(decisions, 'deleted') + letters(decisions, 'delete_unknown')).toBe(1);
      const removal = decisions.findIndex((decision) => decision.kind === 'write' && decision.action === 'deleted');
      expect(decisions.slice(removal + 1).map((decision) => decision.kind)).not.toContain('write');
    }
  });

  it('never reopen what has ended, and end it once', () => {
    for (const order of permutations(LIFE.slice(0, -1))) {
      let entry = blank();
      let ended = 0;
      let reopened = false;
      for (const change of [...order, ...order]) {
        const decision = decide(entry, change, { now: NOW, overtimeSeconds: 18_000, hasPendingPush: false });
        if (decision.kind !== 'write') continue;
        reopened ||= entry.endedAt !== null && decision.next.endedAt === null;
        ended += decision.mails.filter(({ kind }) => kind === 'ended' || kind === 'created_by_end').length;
        entry = decision.next;
      }
      expect([entry.isRunning, reopened, ended]).toEqual([false, false, 1]);
    }
  });
});

describe('any news, in any order, repeated or lost', () => {
  const remote: fc.Arbitrary<Remote> = fc.record({
    description: fc.constantFrom('', 'a', 'b'),
    start: fc.constantFrom(at('08:00:00'), at('08:03:00'), at('08:10:00')),
    tags: fc.constantFrom([], ['x'], ['x', 'y']),
    projectExternalId: fc.constantFrom(null, 'p', 'q'),
    isBillable: fc.boolean(),
  });
  const ended = fc.constantFrom<Remote>(RUNNING, { end: at('09:00:00') }, { end: at('15:00:00') });
  const full = fc.tuple(remote, ended).map(([text, end]): Remote => ({ ...text, ...end }));
  const event = fc.constantFrom('start', 'end', 'edit', 'delete', 'manual', 'restore');
  const news = fc
    .array(fc.tuple(event, full), { minLength: 0, maxLength: 8 })
    .chain((list) => fc.shuffledSubarray([...list, ...list], { minLength: 0 }))
    .map((list) => list.map(([event, shown]) => report(event, shown)));

  it('ends as a read made afterwards shows it', () => {
    fc.assert(
      fc.property(news, full, (changes, shown) => {
        const { entry } = fold([...changes, read(LATER, shown)]);
        expect(factsOf(entry)).toEqual(factsOf(fold([read(LATER, shown)]).entry));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves removed what a complete read does not show any more', () => {
    fc.assert(
      fc.property(news, full, (changes, shown) => {
        const seen = fold([...changes, read(LATER, shown)]).entry;
        const decision = decide(seen, { kind: 'vanish', id: 7, integrationId: 5 }, policy);
        expect(decision).toMatchObject({ kind: 'write', next: { deletedAt: NOW, isRunning: false } });
      }),
    );
  });

  it('says the same of the same news: a repetition right after it writes nothing', () => {
    fc.assert(
      fc.property(news, event, full, (changes, event, shown) => {
        const again = report(event, shown);
        const { decisions } = fold([...changes, again, again]);
        expect(decisions.at(-1)!.kind).not.toBe('write');
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, keeps one row that can be stored, and counts overtime by its times', () => {
    fc.assert(
      fc.property(news, (changes) => {
        const { entry } = fold(changes);
        if (entry.version === 0) return;
        const seconds = durationSeconds(entry) ?? 0;
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(entry.isRunning && (entry.endedAt !== null || entry.deletedAt !== null)).toBe(false);
        expect(entry.isOvertime).toBe(seconds > 18_000);
        expect(entry.isLocked).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  const policy = { now: NOW, overtimeSeconds: 18_000, hasPendingPush: false };
});
