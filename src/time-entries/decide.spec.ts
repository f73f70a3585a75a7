import { describe, expect, it } from 'vitest';
import { at, content, entry, facts } from '../../test/support/entries.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { Decision, DecisionContext, EntryChange } from './entry-change.js';
import { remoteHash } from './remote-hash.js';
import type { TimeEntry } from './time-entry.js';

const context: DecisionContext = { now: at('12:00:00'), overtimeSeconds: 5 * 3600, hasPendingPush: false };

function written(current: TimeEntry, change: EntryChange, over: Partial<DecisionContext> = {}) {
  const decision = decide(current, change, { ...context, ...over });
  if (decision.kind !== 'write') throw new Error('nothing was written');
  return decision;
}

const outcome = (current: TimeEntry, change: EntryChange, over: Partial<DecisionContext> = {}): Decision['kind'] =>
  decide(current, change, { ...context, ...over }).kind;

const AT_TOGGL = {
  source: 'toggl',
  workspaceId: '2000001',
  externalId: '3730303299',
  integrationId: 5,
  remoteVersion: at('09:00:00'),
  remoteHash: remoteHash(facts().entry),
  remoteSeen: true,
};

const observe = (remote: Parameters<typeof facts>[0] = {}): EntryChange => ({
  kind: 'observe',
  key: { source: 'toggl', workspaceId: '2000001', externalId: '3730303299' },
  userId: 1,
  integrationId: 5,
  facts: facts(remote),
});

describe('a new entry', () => {
  it('is born approved by rule, its valid times being its times', () => {
    const { next, action } = written(blankEntry(7, 1, at('08:00:00')), {
      kind: 'create',
      userId: 1,
      content: content(),
    });
    expect(action).toBe('created');
    expect(next).toMatchObject({
      version: 1,
      reviewStatus: 'approved',
      isLocked: false,
      validStartedAt: at('08:00:00'),
      validEndedAt: at('09:00:00'),
      createdAt: context.now,
    });
  });

  it('is to be pushed only where it has an integration', () => {
    const blank = blankEntry(7, 1, at('08:00:00'));
    expect(written(blank, { kind: 'create', userId: 1, content: content() }).pushes).toEqual([]);
    const there = content({ source: 'toggl', workspaceId: '2000001', integrationId: 5 });
    expect(written(blank, { kind: 'create', userId: 1, content: there }).pushes).toEqual([
      { integrationId: 5, wanted: 'present', externalId: null, entryVersion: 1, intent: 'write' },
    ]);
  });

  it('keeps the offsets of its own zone on both sides of a clock change', () => {
    const night = content({
      startedAt: new Date('2026-03-29T00:30:00Z'),
      endedAt: new Date('2026-03-29T01:30:00Z'),
      timeZone: 'Europe/Madrid',
    });
    const { next } = written(blankEntry(7, 1, night.startedAt), { kind: 'create', userId: 1, content: night });
    expect([next.offsetStartSeconds, next.offsetEndSeconds]).toEqual([3600, 7200]);
  });

  it('is overtime only beyond five hours', () => {
    const of = (end: string) =>
      written(blankEntry(7, 1, at('08:00:00')), { kind: 'create', userId: 1, content: content({ endedAt: at(end) }) })
        .next.isOvertime;
    expect([of('13:00:00'), of('13:00:01')]).toEqual([false, true]);
  });

  it('refuses an end before its start', () => {
    const change: EntryChange = { kind: 'create', userId: 1, content: content({ endedAt: at('07:59:59') }) };
    expect(() => decide(blankEntry(7, 1, at('08:00:00')), change, context)).toThrow('end must not be before start');
  });
});

describe('no change in content', () => {
  it.each<[string, TimeEntry, EntryChange]>([
    ['an edit to the same values', entry(), { kind: 'edit', id: 7, patch: { description: 'Working' } }],
    [
      'the same tags in another order',
      entry({ tags: ['a', 'b'] }),
      { kind: 'edit', id: 7, patch: { tags: ['b', 'a'] } },
    ],
    ['the end of what has ended', entry(), { kind: 'end', id: 7, end: at('10:00:00') }],
    ['the removal of what is removed', entry({ deletedAt: at('10:00:00') }), { kind: 'delete', id: 7 }],
    ['what a service shows unchanged', entry(AT_TOGGL), observe()],
    [
      'the confirmation of what is known',
      entry(AT_TOGGL),
      { kind: 'confirm', id: 7, integrationId: 5, pushedVersion: 1, facts: facts() },
    ],
  ])('writes nothing: %s', (_case, current, change) => {
    expect(outcome(current, change)).toBe('unchanged');
  });
});

describe('a person', () => {
  it('may not change what a person approved', () => {
    const locked = entry({ isLocked: true });
    for (const change of [
      { kind: 'edit', id: 7, patch: { description: 'x' } },
      { kind: 'delete', id: 7 },
    ] as const) {
      expect(() => decide(locked, change, context)).toThrow(expect.objectContaining({ code: 'TIME_ENTRY.LOCKED' }));
    }
  });

  it('does not find what was removed', () => {
    const change: EntryChange = { kind: 'edit', id: 7, patch: { description: 'x' } };
    expect(() => decide(entry({ deletedAt: at('10:00:00') }), change, context)).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });

  it('asks for no push by what only we keep', () => {
    expect(written(entry(AT_TOGGL), { kind: 'edit', id: 7, patch: { category: 'Coding' } }).pushes).toEqual([]);
  });

  it('moves an entry to another service: gone from the old one, new at the other', () => {
    const patch = { source: 'clockify', workspaceId: 'w', integrationId: 6 };
    const { next, pushes } = written(entry(AT_TOGGL), { kind: 'edit', id: 7, patch });
    expect(next.externalId).toBeNull();
    expect(pushes).toEqual([
      expect.objectContaining({ integrationId: 5, wanted: 'absent', externalId: '3730303299' }),
      expect.objectContaining({ integrationId: 6, wanted: 'present', externalId: null }),
    ]);
  });

  it('removes an entry here and there, and its tombstone stays', () => {
    const { next, pushes } = written(entry(AT_TOGGL), { kind: 'delete', id: 7 });
    expect(next).toMatchObject({ deletedAt: context.now, externalId: '3730303299' });
    expect(pushes).toEqual([expect.objectContaining({ wanted: 'absent', externalId: '3730303299' })]);
  });
});

describe('a service', () => {
  it('never overwrites a newer version with an older one', () => {
    const stale = observe({ description: 'old', version: at('08:59:59') });
    expect(outcome(entry(AT_TOGGL), stale)).toBe('unchanged');
  });

  it('does not overwrite by what it showed before what has not reached it yet', () => {
    const edited = entry({ ...AT_TOGGL, remoteHash: remoteHash(facts().entry), description: 'ours' });
    expect(outcome(edited, observe({ version: at('09:00:00') }), { hasPendingPush: true })).toBe('unchanged');
    const unversioned = { ...edited, remoteVersion: null };
    expect(outcome(unversioned, observe({ version: null }), { hasPendingPush: true })).toBe('unchanged');
  });

  it('has the last word when both sides changed, and the outbox is told', () => {
    const edited = entry({ ...AT_TOGGL, remoteHash: remoteHash(facts().entry), description: 'ours' });
    const theirs = observe({ description: 'theirs', version: at('09:30:00') });
    const decision = written(edited, theirs, { hasPendingPush: true });
    expect(decision).toMatchObject({ isConflict: true, pushes: [], next: { description: 'theirs' } });
    expect(decision.reason).toContain('at the service');
  });

  it('shows our own write back without that being a change, whatever its version', () => {
    const edited = entry({ ...AT_TOGGL, remoteHash: remoteHash(facts().entry), description: 'ours' });
    const echo = observe({ description: 'ours', version: at('09:30:00') });
    expect(outcome(edited, echo, { hasPendingPush: true })).toBe('unchanged');
  });

  it('brings back what it shows in a read made after the removal', () => {
    const tombstone = entry({ ...AT_TOGGL, remoteVersion: null, deletedAt: at('10:00:00') });
    const read = (time: string) => ({
      ...observe({ version: null }),
      facts: { ...facts({ version: null }), readAt: at(time) },
    });
    expect(outcome(tombstone, read('09:59:00') as EntryChange)).toBe('unchanged');
    expect(outcome(tombstone, read('10:01:00') as EntryChange, { hasPendingPush: true })).toBe('unchanged');
    expect(written(tombstone, read('10:01:00') as EntryChange).action).toBe('restored');
  });

  it('is not asked to take back what it has told', () => {
    const { pushes, action } = written(entry(AT_TOGGL), observe({ description: 'theirs', version: at('09:30:00') }));
    expect([pushes, action]).toEqual([[], 'edited']);
  });

  it('ends a running entry without a correction', () => {
    const running = entry({ ...AT_TOGGL, endedAt: null, isRunning: true, remoteVersion: at('08:00:00') });
    const { next, action } = written(running, observe());
    expect(action).toBe('ended');
    expect(next).toMatchObject({ isRunning: false, timeEditCount: 0, validEndedAt: at('09:00:00') });
  });

  it('leaves deleted what is deleted, unless its word is newer', () => {
    const tombstone = entry({ ...AT_TOGGL, deletedAt: at('10:00:00') });
    expect(outcome(tombstone, observe({ description: 'late', version: at('09:59:00') }))).toBe('unchanged');
    expect(outcome(tombstone, observe({ version: null, description: 'late' }))).toBe('unchanged');
    expect(written(tombstone, observe({ version: at('10:00:01') })).action).toBe('restored');
  });

  it('keeps our notes where it has none', () => {
    const { next } = written(
      entry({ ...AT_TOGGL, notes: 'ours' }),
      observe({ description: 'x', version: at('09:30:00') }),
    );
    expect(next.notes).toBe('ours');
  });

  it('links its answer and gives the whole seconds it keeps, without a correction', () => {
    const sent = entry({
      ...AT_TOGGL,
      externalId: null,
      remoteVersion: null,
      remoteSeen: false,
      startedAt: new Date('2026-07-20T08:00:00.700Z'),
    });
    const change: EntryChange = { kind: 'confirm', id: 7, integrationId: 5, pushedVersion: 1, facts: facts() };
    const { next, pushes } = written(sent, change);
    expect(next).toMatchObject({
      externalId: '3730303299',
      startedAt: at('08:00:00'),
      validStartedAt: at('08:00:00'),
      timeEditCount: 0,
    });
    expect(pushes).toEqual([]);
  });

  it('does not undo by its answer what was edited in the meantime', () => {
    const edited = entry({ ...AT_TOGGL, externalId: null, remoteSeen: false, version: 2, endedAt: at('09:30:00') });
    const change: EntryChange = { kind: 'confirm', id: 7, integrationId: 5, pushedVersion: 1, facts: facts() };
    expect(written(edited, change).next).toMatchObject({ externalId: '3730303299', endedAt: at('09:30:00') });
  });
});

describe('the person behind a placeholder', () => {
  const home = { source: 'toggl', workspaceId: '2000001', integrationId: 6 };
  const reown: EntryChange = { kind: 'reown', id: 7, userId: 2, home };

  it('gets the entries, also locked and deleted ones, and no service hears of it', () => {
    const seen = { ...AT_TOGGL, integrationId: null };
    for (const state of [{}, { isLocked: true }, { deletedAt: at('10:00:00') }]) {
      const before = entry({ ...seen, ...state });
      const { next, action, pushes } = written(before, reown);
      expect({ ...next, version: 1, modifiedAt: before.modifiedAt }).toEqual({
        ...before,
        userId: 2,
        integrationId: 6,
      });
      expect([action, pushes]).toEqual(['reowned', []]);
    }
  });

  it('sends through the new home what was on its way through the old one', () => {
    const { pushes } = written(entry(AT_TOGGL), reown, { hasPendingPush: true });
    const wish = { integrationId: 6, wanted: 'present', externalId: '3730303299', entryVersion: 2, intent: 'write' };
    expect(pushes).toEqual([wish]);
    expect(written(entry({ ...AT_TOGGL, deletedAt: at('10:00:00') }), reown, { hasPendingPush: true }).pushes).toEqual(
      [],
    );
    expect(written(entry({ ...AT_TOGGL, integrationId: 6 }), reown, { hasPendingPush: true }).pushes).toEqual([]);
  });

  it('keeps away from their service what it has never shown', () => {
    const before = entry({ source: 'toggl', workspaceId: '2000001', externalId: 'typed-by-hand' });
    expect(written(before, reown).next).toMatchObject({ userId: 2, integrationId: null });
  });

  it('does not get entries of another workspace into this one’s integration', () => {
    const { next } = written(entry({ ...AT_TOGGL, workspaceId: '2000002' }), reown);
    expect(next).toMatchObject({ userId: 2, integrationId: 5 });
  });

  it('is known once', () => {
    expect(outcome(entry({ ...AT_TOGGL, userId: 2, integrationId: 6 }), reown)).toBe('unchanged');
    expect(outcome(blankEntry(0, 1, at('08:00:00')), reown)).toBe('unchanged');
  });
});
