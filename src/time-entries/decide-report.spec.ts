import { describe, expect, it } from 'vitest';
import { at, entry, facts } from '../../test/support/entries.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { Decision, DecisionContext, EntryChange, ReportedEvent } from './entry-change.js';
import type { TimeEntry } from './time-entry.js';

const context: DecisionContext = { now: at('12:00:00'), overtimeSeconds: 5 * 3600, hasPendingPush: false };
const KEY = { source: 'clockify', workspaceId: 'w1', externalId: 'c1' };

type Remote = Parameters<typeof facts>[0];
const RUNNING: Remote = { end: null, isRunning: true };

const report = (event: ReportedEvent, remote: Remote = {}): EntryChange => ({
  kind: 'report',
  event,
  key: KEY,
  userId: 1,
  integrationId: null,
  facts: facts({ version: null, ...KEY, ...remote }),
});

/** A row somebody else has just reserved for this id. */
const unknown = (): TimeEntry => ({ ...blankEntry(7, 1, at('08:00:00')), ...KEY });
const known = (changes: Partial<TimeEntry> = {}): TimeEntry => entry({ ...KEY, remoteSeen: true, ...changes });
const running = (changes: Partial<TimeEntry> = {}) => known({ endedAt: null, isRunning: true, ...changes });
const tombstone = () => known({ deletedAt: at('10:00:00') });

const told = (current: TimeEntry, change: EntryChange, over: Partial<DecisionContext> = {}): Decision =>
  decide(current, change, { ...context, ...over });

function written(current: TimeEntry, change: EntryChange, over: Partial<DecisionContext> = {}) {
  const decision = told(current, change, over);
  if (decision.kind !== 'write') throw new Error(`nothing was written: ${JSON.stringify(decision)}`);
  const { next, action, note, diff } = decision;
  return { next, action, note, diff, letters: decision.mails.map((mail) => mail.kind), pushes: decision.pushes };
}

describe('the first a webhook tells of an entry', () => {
  it('start opens a session', () => {
    expect(written(unknown(), report('start', RUNNING))).toMatchObject({
      next: {
        isRunning: true,
        endedAt: null,
        reviewStatus: 'approved',
        validStartedAt: at('08:00:00'),
        remoteSeen: true,
      },
      action: 'created',
      note: undefined,
      letters: ['started'],
      pushes: [],
    });
  });

  it('end creates a closed session and says that something is missing', () => {
    expect(written(unknown(), report('end'))).toMatchObject({
      next: { isRunning: false, endedAt: at('09:00:00'), reviewStatus: 'approved', validEndedAt: at('09:00:00') },
      note: 'out_of_order',
      letters: ['created_by_end'],
    });
  });

  it('edit creates the session', () => {
    expect(written(unknown(), report('edit'))).toMatchObject({ note: 'out_of_order', letters: ['created_by_edit'] });
  });

  it('delete leaves a tombstone that swallows what comes after it', () => {
    const { next, action, note, letters } = written(unknown(), report('delete'));
    expect([action, note, letters]).toEqual(['deleted', 'unknown_deleted', ['delete_unknown']]);
    expect(next).toMatchObject({ deletedAt: context.now, isRunning: false, endedAt: at('09:00:00') });
    for (const event of ['start', 'end', 'edit', 'manual'] as const) {
      expect(told(next, report(event, { description: 'later' }))).toEqual({ kind: 'unchanged', note: 'late' });
    }
  });

  it('manual waits for a decision, and nothing of it counts until then', () => {
    expect(written(unknown(), report('manual'))).toMatchObject({
      next: { reviewStatus: 'under_review', isLocked: false, validStartedAt: null, validEndedAt: null },
      letters: ['manual'],
    });
  });
});

describe('start', () => {
  it('is a duplicate where it says what is known', () => {
    expect(told(running(), report('start', RUNNING))).toMatchObject({ kind: 'unchanged', note: 'duplicate' });
  });

  it('fills in only what is missing of what has ended, and does not reopen it', () => {
    const late = report('start', { ...RUNNING, start: at('08:30:00'), description: 'old', projectExternalId: 'p1' });
    const { next, note, letters } = written(known({ description: 'new' }), late);
    expect(next).toMatchObject({
      startedAt: at('08:00:00'),
      endedAt: at('09:00:00'),
      isRunning: false,
      description: 'new',
      projectExternalId: 'p1',
      timeEditCount: 0,
    });
    expect([note, letters]).toEqual(['out_of_order', []]);
  });

  it('says where it contradicts what a coordinator typed, which stays', () => {
    const typed = running({ remoteSeen: false, description: 'typed' });
    const decision = told(typed, report('start', RUNNING));
    expect(decision).toMatchObject({
      kind: 'note',
      next: { description: 'typed', remoteSeen: true },
      note: 'conflict',
      diff: { description: { from: 'typed', to: 'Working' } },
    });
  });
});

describe('end', () => {
  it('closes what runs, with all it says', () => {
    const { next, action, letters } = written(running(), report('end', { description: 'done' }));
    expect([action, letters]).toEqual(['ended', ['ended']]);
    expect(next).toMatchObject({ endedAt: at('09:00:00'), description: 'done', validEndedAt: at('09:00:00') });
  });

  it('with another start falls under the review rule', () => {
    const small = written(running(), report('end', { start: at('08:04:00') }));
    expect(small).toMatchObject({ next: { reviewStatus: 'approved', validStartedAt: at('08:04:00') } });
    expect(small.letters).toEqual(['ended', 'edited']);
    const large = written(running(), report('end', { start: at('08:05:00') }));
    expect(large).toMatchObject({ next: { reviewStatus: 'under_review', validStartedAt: at('08:00:00') } });
    expect(large.letters).toEqual(['ended', 'under_review']);
  });

  it('said again is a duplicate, and with another end a correction that keeps the text', () => {
    expect(told(known(), report('end'))).toEqual({ kind: 'unchanged', note: 'duplicate' });
    const again = written(known({ description: 'edited since' }), report('end', { end: at('09:30:00') }));
    expect(again.next).toMatchObject({ endedAt: at('09:30:00'), description: 'edited since', timeEditCount: 1 });
    expect([again.note, again.letters]).toEqual(['out_of_order', ['under_review']]);
  });
});

describe('edit', () => {
  it('of the text is only recorded', () => {
    const { next, action, letters } = written(known(), report('edit', { description: 'B', tags: ['t'] }));
    expect(next).toMatchObject({ description: 'B', tags: ['t'], timeEditCount: 0, reviewStatus: 'approved' });
    expect([action, letters]).toEqual(['edited', []]);
  });

  it('back and forth is three edits, and the same again is none', () => {
    const b = written(known({ description: 'A' }), report('edit', { description: 'B' })).next;
    const a = written(b, report('edit', { description: 'A' })).next;
    const again = written(a, report('edit', { description: 'B' })).next;
    expect(again).toMatchObject({ description: 'B', version: 4 });
    expect(told(again, report('edit', { description: 'B' }))).toEqual({ kind: 'unchanged', note: 'duplicate' });
  });

  it('of times: the first small one counts, the second goes to review', () => {
    const first = written(known(), report('edit', { end: at('09:04:00') }));
    expect(first).toMatchObject({ next: { validEndedAt: at('09:04:00') }, letters: ['edited'] });
    const second = written(first.next, report('edit', { end: at('09:05:00') }));
    expect(second.next).toMatchObject({ reviewStatus: 'under_review', validEndedAt: at('09:04:00') });
    expect(second.letters).toEqual(['under_review']);
  });

  it('does not take an end away that was given', () => {
    const { next, note } = written(known(), report('edit', { ...RUNNING, description: 'stale' }));
    expect(next).toMatchObject({ endedAt: at('09:00:00'), isRunning: false, description: 'stale' });
    expect(note).toBe('out_of_order');
  });

  it('of a running session may move its start behind a known end only as text', () => {
    const late = report('edit', { ...RUNNING, start: at('09:30:00'), description: 'stale' });
    expect(written(known(), late).next).toMatchObject({ startedAt: at('08:00:00'), endedAt: at('09:00:00') });
  });

  it('that brings the end closes the session, and the late end changes nothing', () => {
    const { next, letters } = written(running(), report('edit'));
    expect([next.isRunning, letters]).toEqual([false, ['ended']]);
    expect(told(next, report('end'))).toMatchObject({ kind: 'unchanged', note: 'duplicate' });
  });
});

describe('delete and restore', () => {
  it('delete disables what is known, and says the same when it is repeated', () => {
    const { next, action, letters } = written(running(), report('delete', RUNNING));
    expect(next).toMatchObject({ deletedAt: context.now, isRunning: false });
    expect([action, letters]).toEqual(['deleted', ['deleted']]);
    expect(told(next, report('delete', RUNNING))).toEqual({ kind: 'unchanged', note: 'duplicate' });
  });

  it('only a restoration, a newer version or a later read brings it back', () => {
    expect(told(tombstone(), report('edit'))).toMatchObject({ note: 'late' });
    expect(written(tombstone(), report('restore'))).toMatchObject({ action: 'restored', next: { deletedAt: null } });
    const versioned = report('edit', { version: at('10:00:01') });
    expect(written(tombstone(), versioned)).toMatchObject({ action: 'restored', next: { deletedAt: null } });
  });
});

describe('manual', () => {
  it('puts under review what a read told of first', () => {
    expect(written(known(), report('manual'))).toMatchObject({
      next: { reviewStatus: 'under_review', validStartedAt: null, validEndedAt: null },
      letters: ['manual'],
    });
  });

  it('said again changes nothing, whatever was decided meanwhile', () => {
    const typed = written(unknown(), report('manual')).next;
    for (const reviewStatus of ['under_review', 'rejected'] as const) {
      expect(told({ ...typed, reviewStatus }, report('manual'))).toMatchObject({
        kind: 'unchanged',
        note: 'duplicate',
      });
    }
  });
});
