import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { ChangeOf, Decision, DecisionContext } from './entry-change.js';
import { remoteHash } from './remote-hash.js';
import type { TimeEntry } from './time-entry.js';

const KEY = { source: 'toggl', workspaceId: '2000001', externalId: '3050537739' };
const instant = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const NOW = instant('12:00:00');
const CONTEXT: DecisionContext = { now: NOW, overtimeSeconds: 18_000, hasPendingPush: false };

const blank = (): TimeEntry => ({ ...blankEntry(7, 1, instant('08:00:00')), ...KEY, integrationId: 4 });

const shown = (changes: Partial<RemoteEntry> = {}): RemoteEntry => ({
  externalId: KEY.externalId,
  workspaceId: KEY.workspaceId,
  accountId: '1000001',
  description: 'test',
  projectExternalId: null,
  taskExternalId: null,
  tags: [],
  isBillable: false,
  start: instant('08:00:00'),
  end: null,
  isRunning: true,
  isDeleted: false,
  version: instant('08:00:01'),
  ...changes,
});

const delivered = (changes: Partial<RemoteEntry> = {}): ChangeOf<'observe'> => ({
  kind: 'observe',
  key: KEY,
  userId: 1,
  integrationId: 4,
  facts: { entry: shown(changes), projectId: null, projectName: null },
  isDelivered: true,
});

const ended = (changes: Partial<RemoteEntry> = {}) =>
  delivered({ end: instant('09:00:00'), isRunning: false, version: instant('09:00:01'), ...changes });

function fold(changes: readonly ChangeOf<'observe'>[], from = blank(), context = CONTEXT) {
  let entry = from;
  const decisions = changes.map((change): Decision => {
    const decision = decide(entry, change, context);
    if ('next' in decision) entry = decision.next;
    return decision;
  });
  return { entry, decisions };
}

/** What the order of deliveries must not change; review facts follow the order in which things were said. */
const factsOf = (entry: TimeEntry) => ({
  description: entry.description,
  tags: entry.tags,
  project: entry.projectExternalId,
  isBillable: entry.isBillable,
  startedAt: entry.startedAt,
  endedAt: entry.endedAt,
  isRunning: entry.isRunning,
  isDeleted: entry.deletedAt !== null,
  remoteVersion: entry.remoteVersion,
  remoteHash: entry.remoteHash,
});

const revision = fc
  .record({
    second: fc.integer({ min: 0, max: 4 }),
    description: fc.constantFrom('a', 'b', 'c'),
    tags: fc.subarray(['deep', 'calm']),
    state: fc.constantFrom('running', 'ended', 'deleted'),
    minutes: fc.integer({ min: 1, max: 90 }),
  })
  .map(({ second, description, tags, state, minutes }) =>
    delivered({
      description,
      tags,
      version: new Date(NOW.getTime() + second * 1000),
      end: state === 'running' ? null : new Date(instant('08:00:00').getTime() + minutes * 60_000),
      isRunning: state === 'running',
      isDeleted: state === 'deleted',
    }),
  );

describe('versions that a service delivers', () => {
  it('end in the same row in any order, told any number of times', () => {
    const orders = fc
      .array(revision, { minLength: 1, maxLength: 5 })
      .chain((all) => fc.tuple(fc.constant(all), shuffled(all), shuffled([...all, ...all])));
    fc.assert(
      fc.property(orders, ([all, once, twice]) => {
        const expected = factsOf(fold(all).entry);
        expect(factsOf(fold(once).entry)).toEqual(expected);
        expect(factsOf(fold(twice).entry)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('never put an older one over a newer', () => {
    const { entry, decisions } = fold([ended({ description: 'new' }), delivered({ description: 'old' })]);
    expect(entry).toMatchObject({ description: 'new', isRunning: false, endedAt: instant('09:00:00') });
    expect(decisions[1]).toEqual({ kind: 'unchanged', note: 'late' });
  });

  it('leave a row behind when the first thing heard of an entry is its removal', () => {
    const { entry, decisions } = fold([ended({ isDeleted: true }), delivered()]);
    expect(entry).toMatchObject({ deletedAt: NOW, description: 'test', isRunning: false });
    expect(decisions.map(({ kind }) => kind)).toEqual(['write', 'unchanged']);
  });

  it('bring back what the service had removed, and start again what had ended', () => {
    const removed = ended({ isDeleted: true });
    const later = delivered({ version: instant('09:30:00') });
    expect(fold([removed, later]).entry).toMatchObject({ deletedAt: null, isRunning: true, endedAt: null });
    expect(fold([ended(), later]).entry).toMatchObject({ isRunning: true, endedAt: null });
  });

  it('leave removed what was removed here, unless the service shows it later', () => {
    const { entry } = fold([delivered()]);
    const removedHere = { ...entry, deletedAt: NOW, isRunning: false };
    expect(fold([ended()], removedHere).entry.deletedAt).toEqual(NOW);
    expect(fold([ended({ version: instant('12:00:01') })], removedHere).entry.deletedAt).toBeNull();
  });

  it('are born approved, and send no mail, as what is read', () => {
    const { entry, decisions } = fold([ended()]);
    expect(entry.reviewStatus).toBe('approved');
    expect(decisions[0]).toMatchObject({ kind: 'write', action: 'created', mails: [], pushes: [] });
  });

  it('have to be read when a read has shown another content within their second', () => {
    const read = { ...delivered({ version: instant('08:00:01.445') }), isDelivered: undefined };
    const within = delivered({ description: 'other', version: instant('08:00:01') });
    expect(fold([read, within]).decisions[1]).toEqual({ kind: 'unchanged', note: 'out_of_order' });
    expect(fold([read, delivered({ version: instant('08:00:01') })]).decisions[1]).toEqual({
      kind: 'unchanged',
      note: 'late',
    });
    expect(fold([within, read]).entry.description).toBe('test');
  });
});

describe('deliveries about our own writes', () => {
  const written = (change: ChangeOf<'observe'>): string => remoteHash(change.facts.entry);
  const trace = { isOpen: true, isInFlight: false, isCreator: true, isRemoval: false };

  it('are echoes, also of one that has been replaced since', () => {
    const a = delivered({ description: 'a', version: instant('08:10:00') });
    const current = { ...fold([delivered({ description: 'a' })]).entry, description: 'b' };
    const context = { ...CONTEXT, hasPendingPush: true, trace: { ...trace, written: [written(a)] } };
    expect(decide(current, a, context)).toEqual({ kind: 'unchanged', note: 'echo' });
  });

  it('wait for a read while one of ours is on its way', () => {
    const current = fold([delivered()]).entry;
    const context = { ...CONTEXT, trace: { ...trace, isInFlight: true, written: [] } };
    expect(decide(current, ended(), context)).toEqual({ kind: 'unchanged', note: 'out_of_order' });
  });

  it('are no echo when somebody else has changed the entry there', () => {
    const current = fold([delivered({ description: 'theirs' })]).entry;
    const context = { ...CONTEXT, trace: { ...trace, isOpen: false, written: [written(ended())] } };
    expect(decide(current, ended(), context)).toMatchObject({ kind: 'write', action: 'ended' });
  });
});

const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
