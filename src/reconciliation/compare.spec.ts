import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, entry, facts } from '../../test/support/entries.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { SyncState } from '../logs/sync-state.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { compare, type BothSides, type LedgerEntry, type Row } from './compare.js';

const DAY = { from: at('00:00:00'), to: at('23:59:59') };
const SYNCED: SyncState = { state: 'synced', missing: [], error: null, note: null };

const ours = (changes: Partial<TimeEntry> = {}, sync: Partial<SyncState> = {}, mayBeThere = false): LedgerEntry => ({
  entry: entry({ externalId: '1', ...changes }),
  sync: { ...SYNCED, ...sync },
  mayBeThere,
});
const theirs = (changes: Partial<RemoteEntry> = {}): RemoteEntry => facts({ externalId: '1', ...changes }).entry;

const comparison = (here: LedgerEntry[], there: RemoteEntry[], more: Partial<BothSides> = {}) =>
  compare({ window: DAY, here, there, removed: new Map(), projectNames: new Map(), ...more });

function onlyRow(here: LedgerEntry[], there: RemoteEntry[], more: Partial<BothSides> = {}): Row {
  const { rows } = comparison(here, there, more);
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

describe('two entries with one id', () => {
  it('match when they are equal to the second, whatever the order of their tags', () => {
    const here = ours({ tags: ['a', 'b'], startedAt: at('08:00:00.400'), endedAt: at('09:00:00.900') });
    const row = onlyRow([here], [theirs({ tags: ['b', ' a ', 'b'] })]);
    expect(row).toMatchObject({ status: 'matched', reason: null, differences: [], entryId: 7, externalId: '1' });
  });

  it.each([
    ['start', { start: at('08:00:01') }, at('08:00:00'), at('08:00:01')],
    ['end', { end: at('09:00:01') }, at('09:00:00'), at('09:00:01')],
    ['task', { description: 'working' }, 'Working', 'working'],
    ['project', { projectExternalId: '201' }, null, 'Website'],
    ['tags', { tags: ['x'] }, [], ['x']],
    ['billable', { isBillable: false }, true, false],
  ] as const)('differ in %s', (field, changes, here, there) => {
    const remote = theirs({ ...changes, tags: 'tags' in changes ? [...changes.tags] : [] });
    const row = onlyRow([ours()], [remote], { projectNames: new Map([['201', 'Website']]) });
    expect(row).toMatchObject({ status: 'different', reason: null });
    expect(row.differences).toEqual([{ field, here, there }]);
  });

  it('differ in the end and in running when only one runs', () => {
    const row = onlyRow([ours({ endedAt: null, isRunning: true })], [theirs()]);
    expect(row.differences.map(({ field }) => field)).toEqual(['end', 'running']);
  });

  it('are not compared in tags where the service has none', () => {
    expect(onlyRow([ours({ tags: ['a'] })], [theirs({ tags: undefined })]).status).toBe('matched');
  });

  it('say why they differ while our change has not arrived', () => {
    const row = onlyRow([ours({}, { state: 'failed', error: 'refused' })], [theirs({ description: 'old' })]);
    expect(row).toMatchObject({ status: 'different', reason: 'failed', detail: 'refused' });
  });

  it('are locked when they differ after a person approved ours', () => {
    expect(onlyRow([ours({ isLocked: true })], [theirs({ description: 'new' })]).status).toBe('locked');
    expect(onlyRow([ours({ isLocked: true })], [theirs()]).status).toBe('matched');
    expect(onlyRow([ours({ isLocked: true })], [])).toMatchObject({ status: 'locked', reason: 'gone' });
  });
});

describe('what stands on one side alone', () => {
  const unsent = { externalId: null };

  it.each([
    [ours(unsent, { state: 'incomplete', missing: ['end'] }), 'incomplete', 'It still needs: end'],
    [ours(unsent, { state: 'pending' }), 'pending', null],
    [ours(unsent, { state: 'failed', error: 'no such project' }), 'failed', 'no such project'],
    [ours(unsent, { state: 'unknown', error: 'no answer' }, true), 'unknown', 'no answer'],
    [ours(unsent), 'never_sent', null],
    [ours(unsent, { state: 'local' }), 'never_sent', null],
    [ours(), 'gone', null],
  ])('is here for a reason: %#', (here, reason, detail) => {
    expect(onlyRow([here], [])).toMatchObject({ status: 'only_here', reason, detail, there: null });
  });

  it('is there because it is not read yet, cannot be, or was removed here', () => {
    expect(onlyRow([], [theirs()])).toMatchObject({ status: 'only_there', reason: 'unread', entryId: null });
    const impossible = theirs({ end: at('07:00:00') });
    expect(onlyRow([], [impossible])).toMatchObject({ status: 'only_there', reason: 'impossible' });
    const removed = new Map([['1', 'it is away']]);
    expect(onlyRow([], [theirs()], { removed })).toMatchObject({ reason: 'removed_here', detail: 'it is away' });
  });

  it('is one entry with its create when only the answer to that is missing', () => {
    const here = ours(unsent, { state: 'unknown' }, true);
    expect(onlyRow([here], [theirs({ externalId: '9' })])).toMatchObject({ status: 'matched', externalId: '9' });
    expect(comparison([ours(unsent, { state: 'pending' })], [theirs()]).rows).toHaveLength(2);
    expect(comparison([here], [theirs({ description: 'another' })]).rows).toHaveLength(2);
    expect(comparison([here, here], [theirs({ externalId: '9' })]).summary).toMatchObject({ matched: 1, only_here: 1 });
  });
});

describe('the window', () => {
  it('holds what starts in it, whole', () => {
    const window = { from: at('08:00:00'), to: at('08:30:00') };
    const before = theirs({ externalId: '0', start: at('07:59:59'), end: at('10:00:00') });
    const after = theirs({ externalId: '2', start: at('08:30:00'), end: at('10:00:00') });
    const { rows, summary } = comparison([ours()], [before, theirs(), after], { window });
    expect(rows.map(({ externalId }) => externalId)).toEqual(['1']);
    expect(summary).toMatchObject({ matched: 1, only_there: 0, secondsThere: 3600, secondsHere: 3600 });
  });

  it('counts no length for what runs, and none below nothing', () => {
    const running = ours({ externalId: '2', endedAt: null, isRunning: true });
    const there = [theirs({ externalId: '2', end: null, isRunning: true }), theirs({ end: at('07:00:00') })];
    expect(comparison([running], there).summary).toMatchObject({ secondsThere: 0, secondsHere: 0 });
  });

  it('shows an entry that was moved over its edge on both sides of it, and counts it once on each side', () => {
    const [here, there] = [[ours()], [theirs({ start: at('12:00:00'), end: at('13:30:00') })]];
    const morning = comparison(here, there, { window: { from: at('08:00:00'), to: at('12:00:00') } });
    const noon = comparison(here, there, { window: { from: at('12:00:00'), to: at('18:00:00') } });
    expect(morning.summary).toMatchObject({ different: 1, secondsHere: 3600, secondsThere: 0 });
    expect(noon.summary).toMatchObject({ different: 1, secondsHere: 0, secondsThere: 5400 });
  });

  it('adds up: the totals of any two neighbours are those of both together', () => {
    const moment = fc.integer({ min: 0, max: 86_398_000 }).map((offset) => new Date(DAY.from.getTime() + offset));
    const stretch = fc.tuple(moment, fc.integer({ min: 0, max: 10_000_000 }));
    fc.assert(
      fc.property(fc.array(stretch), fc.array(stretch), moment, (heres, theres, edge) => {
        const here = heres.map(([start, length], index) =>
          ours({ id: index, externalId: String(index), startedAt: start, endedAt: new Date(start.getTime() + length) }),
        );
        const there = theres.map(([start, length], index) =>
          theirs({ externalId: String(index), start, end: new Date(start.getTime() + length) }),
        );
        const totals = (from: Date, to: Date) => {
          const { secondsHere, secondsThere } = comparison(here, there, { window: { from, to } }).summary;
          return [secondsHere, secondsThere].map((seconds) => Math.round(seconds * 1000));
        };
        const [early, late] = [totals(DAY.from, edge), totals(edge, DAY.to)];
        expect(early.map((sum, index) => sum + late[index]!)).toEqual(totals(DAY.from, DAY.to));
      }),
    );
  });

  it('is told by start', () => {
    const here = [ours({ externalId: '2', startedAt: at('10:00:00'), endedAt: at('11:00:00') }), ours()];
    const there = [theirs({ externalId: '3', start: at('09:30:00'), end: at('09:40:00') })];
    expect(comparison(here, there).rows.map(({ externalId }) => externalId)).toEqual(['1', '3', '2']);
  });
});
