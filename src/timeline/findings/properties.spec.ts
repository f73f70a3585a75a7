import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAll } from './find-all.js';
import { referenceOf, type Finding, type FindingEntry } from './finding.js';
import { pairFinding } from './pairs.js';

const NOW = new Date('2026-05-20T12:00Z');
const find = (entries: FindingEntry[]): Finding[] =>
  findAll({ entries, history: entries, timeZone: 'UTC', homeZone: 'UTC', now: NOW });

describe('findings', () => {
  const minutes = fc.integer({ min: 0, max: 3 * 24 * 60 });
  const anEntry = fc.record({
    start: minutes,
    length: fc.nat(600),
    source: fc.constantFrom('toggl', 'clockify'),
    text: fc.constantFrom('a', 'b', ''),
    precision: fc.constantFrom('second' as const, 'day' as const),
  });
  type Made = typeof anEntry extends fc.Arbitrary<infer Value> ? Value : never;
  const origin = Date.UTC(2026, 4, 10);
  const made = ({ start, length, source, text, precision }: Made, index: number) =>
    ({
      id: index + 1,
      source,
      workspaceId: 'w',
      description: text,
      projectName: null,
      sameAsEntryId: null,
      isRunning: false,
      timePrecision: precision,
      startedAt: new Date(origin + start * 60_000),
      endedAt: new Date(origin + (start + length) * 60_000),
    }) satisfies FindingEntry;

  it('have ids that name their entries, and are the same in any order of them', () => {
    fc.assert(
      fc.property(fc.array(anEntry, { maxLength: 12 }), (specs) => {
        const entries = specs.map((spec, index) => made(spec, index));
        const found = find(entries);
        expect(find([...entries].reverse())).toEqual(found);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        for (const { id, kind, entries: about } of found) {
          expect(referenceOf(id)).toEqual({ kind, entries: about });
        }
      }),
    );
  });

  it('name every pair that shares a minute or more, and no other', () => {
    fc.assert(
      fc.property(fc.array(anEntry, { maxLength: 12 }), (specs) => {
        const entries = specs.map((spec, index) => made(spec, index));
        const pairs = find(entries).filter(({ kind }) => kind === 'overlap' || kind === 'same_work');
        const named = new Set(pairs.map(({ entries: about }) => about.toSorted((a, b) => a - b).join()));
        for (const [index, a] of entries.entries()) {
          for (const b of entries.slice(index + 1)) {
            const shared = Math.min(+a.endedAt, +b.endedAt) - Math.max(+a.startedAt, +b.startedAt);
            const isPair = shared >= 60_000 && a.timePrecision === 'second' && b.timePrecision === 'second';
            expect(named.has(`${a.id},${b.id}`)).toBe(isPair);
          }
        }
      }),
    );
  });

  it('are gone after each of their fixes, which take away exactly what was counted twice', () => {
    fc.assert(
      fc.property(anEntry, anEntry, (one, other) => {
        const pair = [made({ ...one, precision: 'second' }, 0), made({ ...other, precision: 'second' }, 1)];
        const found = pairFinding(pair[0]!, pair[1]!, NOW);
        if (found?.kind !== 'overlap') return;
        const total = (list: FindingEntry[]) =>
          list.reduce((sum, { startedAt, endedAt }) => sum + (+endedAt! - +startedAt), 0);
        for (const option of found.fixes.filter(({ fix }) => fix !== 'ignore')) {
          const changes = option.changes.filter((change) => change.kind !== 'link');
          const after = pair.map((before) => {
            const change = changes.find(({ kind, entryId }) => kind === 'times' && entryId === before.id);
            return change ? { ...before, startedAt: change.start, endedAt: change.end! } : before;
          });
          const copies = changes.filter(({ kind }) => kind === 'copy');
          const all = [
            ...after,
            ...copies.map(({ start, end }) => ({ ...pair[0]!, id: 9, startedAt: start, endedAt: end! })),
          ];
          expect(find(all).filter(({ kind }) => kind === 'overlap')).toEqual([]);
          expect(total(pair) - total(all)).toBe(found.evidence.seconds * 1000);
          expect(all.every(({ startedAt, endedAt }) => endedAt > startedAt)).toBe(true);
        }
      }),
    );
  });

  it.each([
    '',
    'overlap',
    'overlap.1',
    'overlap.1-2',
    `overlap.1.${'x'.repeat(22)}`,
    `too_long.1-2.${'x'.repeat(22)}`,
    `overlap.0-2.${'x'.repeat(22)}`,
    `overlap.1-2.${'x'.repeat(23)}`,
    `gap.1-99999999999999999.${'x'.repeat(22)}`,
  ])('have no id like %j', (id) => {
    expect(referenceOf(id)).toBeNull();
  });
});
