import { describe, expect, it } from 'vitest';
import { at, entry } from '../../test/support/entries.js';
import { AT_CLOCKIFY, read, report, type Remote, RUNNING } from '../../test/support/reports.js';
import type { PushTrace } from '../push/push.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { DecisionContext, EntryChange } from './entry-change.js';
import { remoteHash } from './remote-hash.js';
import type { TimeEntry } from './time-entry.js';

const context: DecisionContext = { now: at('12:00:00'), overtimeSeconds: 18_000, hasPendingPush: false };
const hashOf = (remote: Remote = {}): string => remoteHash(report('edit', remote).facts.entry);

/** What we wrote last is what the service shows. */
const ours = (changes: Partial<TimeEntry> = {}): TimeEntry =>
  entry({ ...AT_CLOCKIFY, externalId: 'c1', integrationId: 5, remoteSeen: true, remoteHash: hashOf(), ...changes });
const trace = (changes: Partial<PushTrace> = {}): PushTrace => ({
  isOpen: false,
  isInFlight: false,
  isCreator: false,
  isRemoval: false,
  written: [hashOf()],
  ...changes,
});

const told = (current: TimeEntry, change: EntryChange, sent: PushTrace | undefined) =>
  decide(current, change, { ...context, trace: sent, hasPendingPush: sent?.isOpen ?? false });
const ECHO = { kind: 'unchanged', note: 'echo' };

describe('the echo of our own write', () => {
  it('is known by what was written, however often it comes', () => {
    for (const event of ['edit', 'end', 'edit'] as const) {
      expect(told(ours(), report(event), trace())).toEqual(ECHO);
    }
  });

  it('of a create is known whatever it says: neither news nor typed there', () => {
    for (const event of ['start', 'manual'] as const) {
      expect(told(ours(), report(event, { description: 'older' }), trace({ isCreator: true }))).toEqual(ECHO);
    }
    expect(told(ours(), report('manual', { description: 'older' }), trace())).toMatchObject({ kind: 'write' });
  });

  it('of a create that is not confirmed makes no second entry', () => {
    const reserved = { ...blankEntry(7, 1, at('08:00:00')), ...AT_CLOCKIFY, externalId: 'c1' };
    for (const event of ['start', 'manual', 'edit', 'end', 'delete'] as const) {
      expect(decide(reserved, report(event), { ...context, isOurs: true })).toEqual(ECHO);
    }
  });

  it('of an older write is still known after a newer one', () => {
    const older = { description: 'older' };
    expect(told(ours(), report('edit', older), trace({ written: [hashOf(), hashOf(older)] }))).toEqual(ECHO);
  });

  it('of what is being written is known before it is confirmed', () => {
    const edited = ours({ description: 'newer' });
    const change = report('edit', { description: 'newer' });
    expect(told(edited, change, trace({ isOpen: true, isInFlight: true }))).toEqual(ECHO);
  });

  it('of a removal is known, before and after it is written down', () => {
    expect(told(ours(), report('delete'), trace({ isRemoval: true, isOpen: true }))).toEqual(ECHO);
    expect(told(ours({ deletedAt: at('10:00:00') }), report('delete'), trace({ isRemoval: true }))).toEqual(ECHO);
  });
});

describe('what is no echo', () => {
  it('is what somebody else changed there, and changed back: A, B, A are two edits', () => {
    const b = told(ours(), report('edit', { description: 'B' }), trace());
    expect(b).toMatchObject({ kind: 'write', next: { description: 'B' } });
    const next = b.kind === 'write' ? b.next : ours();
    expect(told(next, report('edit'), trace())).toMatchObject({ kind: 'write', next: { description: 'Working' } });
  });

  it('is a restoration of what we removed', () => {
    const gone = ours({ deletedAt: at('10:00:00') });
    expect(told(gone, report('restore'), trace({ isRemoval: true }))).toMatchObject({ action: 'restored' });
  });

  it('is a change there while ours waits: the service’s word holds, and ours is taken back', () => {
    const edited = ours({ description: 'ours' });
    const decision = told(edited, report('edit', { description: 'theirs' }), trace({ isOpen: true }));
    expect(decision).toMatchObject({ kind: 'write', isConflict: true, next: { description: 'theirs' }, pushes: [] });
    expect(told(edited, report('edit'), trace({ isOpen: true, written: [] }))).toMatchObject({ note: 'duplicate' });
  });
});

describe('a write of ours on its way', () => {
  it('leaves it to a read which of both came last', () => {
    const edited = ours({ description: 'ours' });
    const change = report('edit', { description: 'theirs' });
    const inFlight = trace({ isOpen: true, isInFlight: true });
    expect(told(edited, change, inFlight)).toEqual({ kind: 'unchanged', note: 'out_of_order' });
  });

  it('keeps its wish when a late start fills in what was missing', () => {
    const edited = ours({ description: 'ours' });
    const start = report('start', { ...RUNNING, projectExternalId: 'p' });
    expect(told(edited, start, trace({ isOpen: true }))).toMatchObject({
      kind: 'write',
      isConflict: false,
      next: { projectExternalId: 'p', description: 'ours' },
    });
  });
});

describe('a locked entry', () => {
  const locked = (changes: Partial<TimeEntry> = {}) => ours({ isLocked: true, ...changes });

  it('keeps for later what its service says, with what it would alter', () => {
    for (const change of [
      report('edit', { end: at('10:00:00') }),
      report('end', { end: at('10:00:00') }),
      read(at('12:30:00'), { end: at('10:00:00') }),
    ]) {
      const decision = decide(locked(), change, context);
      expect(decision).toMatchObject({ kind: 'late', note: 'late', late: { change } });
      const diff = { endedAt: { from: '2026-07-20T09:00:00.000Z', to: '2026-07-20T10:00:00.000Z' } };
      expect(decision.kind === 'late' && decision.late.diff).toEqual(diff);
    }
  });

  it('keeps removals, by webhook, by version and by a walk that does not find it', () => {
    for (const change of [
      report('delete'),
      { ...read(at('12:30:00'), { isDeleted: true }) },
      { kind: 'vanish' as const, id: 7, integrationId: 5 },
    ]) {
      const decision = decide(locked(), change, context);
      expect(decision).toMatchObject({ kind: 'late', late: { diff: { deletedAt: { from: null } } } });
    }
  });

  it('keeps nothing that would change nothing, and no echo', () => {
    expect(decide(locked(), report('edit'), context)).toEqual({ kind: 'unchanged', note: 'duplicate' });
    expect(decide(locked(), read(at('12:30:00'), {}), context)).toMatchObject({ kind: 'unchanged' });
    expect(told(locked(), report('edit'), trace())).toEqual(ECHO);
  });

  it('keeps, while something waits, also that the service went back', () => {
    const decision = decide(locked({ lateChangeCount: 1 }), report('edit'), context);
    expect(decision).toMatchObject({ kind: 'late', late: { diff: {} } });
  });

  it('is not locked by the approval it was born with', () => {
    expect(decide(ours(), report('edit', { description: 'x' }), context).kind).toBe('write');
  });
});

describe('a read', () => {
  it('that began before the entry was changed says nothing of it', () => {
    const changed = ours({ modifiedAt: at('11:00:00') });
    expect(decide(changed, read(at('10:59:59'), { description: 'old' }), context).kind).toBe('unchanged');
    expect(decide(changed, read(at('11:00:00'), { description: 'new' }), context).kind).toBe('write');
  });

  it('gives a home to what webhooks told of before the account was connected', () => {
    const homeless = ours({ integrationId: null });
    const decision = decide(homeless, read(at('12:30:00'), {}), context);
    expect(decision).toMatchObject({ kind: 'write', next: { integrationId: 5 }, pushes: [], mails: [] });
  });
});

describe('zones', () => {
  const born = (remote: Remote) => {
    const reserved = { ...blankEntry(7, 1, at('08:00:00')), ...AT_CLOCKIFY, externalId: 'c1' };
    const decision = decide(reserved, report('end', remote), context);
    if (decision.kind !== 'write') throw new Error('nothing was written');
    return decision.next;
  };
  const offsets = (entry: TimeEntry) => [entry.timeZone, entry.offsetStartSeconds, entry.offsetEndSeconds];

  it('trusts the zone over the offsets that came with it', () => {
    const given = { timeZone: 'Europe/Madrid', offsetStartSeconds: 0, offsetEndSeconds: 0 };
    expect(offsets(born(given))).toEqual(['Europe/Madrid', 7200, 7200]);
  });

  it('stands in UTC with the offsets given where the zone is unknown here, through later edits', () => {
    const given = { timeZone: 'Mars/Olympus', offsetStartSeconds: -10_800, offsetEndSeconds: -10_800 };
    const next = born(given);
    expect(offsets(next)).toEqual(['UTC', -10_800, -10_800]);
    const edited = decide(next, report('edit', { ...given, description: 'x' }), context);
    expect(edited.kind === 'write' && offsets(edited.next)).toEqual(['UTC', -10_800, -10_800]);
    const moved = decide(next, { kind: 'edit', id: 7, patch: { timeZone: 'Europe/Madrid' } }, context);
    expect(moved.kind === 'write' && offsets(moved.next)).toEqual(['Europe/Madrid', 7200, 7200]);
  });
});
