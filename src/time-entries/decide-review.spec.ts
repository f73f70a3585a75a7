import { describe, expect, it } from 'vitest';
import { at, entry } from '../../test/support/entries.js';
import { decide } from './decide.js';
import type { EntryChange } from './entry-change.js';
import type { TimeEntry } from './time-entry.js';

const context = { now: at('12:00:00'), overtimeSeconds: 5 * 3600, hasPendingPush: false };

const review = (decision: 'approved' | 'rejected', observation?: string): EntryChange => ({
  kind: 'review',
  id: 7,
  decision,
  observation,
});
const reopen: EntryChange = { kind: 'reopen', id: 7, reason: 'the end was wrong', applyLateChanges: false };

const inReview = (changes: Partial<TimeEntry> = {}): TimeEntry => ({
  ...entry({ reviewStatus: 'under_review', endedAt: at('10:00:00') }),
  validStartedAt: at('08:00:00'),
  validEndedAt: at('09:00:00'),
  ...changes,
});
const approved = () => inReview({ reviewStatus: 'approved', isLocked: true });
const rejected = () => inReview({ reviewStatus: 'rejected' });

function written(current: TimeEntry, change: EntryChange) {
  const decision = decide(current, change, context);
  if (decision.kind !== 'write') throw new Error('nothing was written');
  return decision;
}

const refusal = (current: TimeEntry, change: EntryChange): unknown => {
  try {
    return decide(current, change, context).kind;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('a decision', () => {
  it('approves: the times become valid, the entry is locked, the observation is kept, nobody is written to', () => {
    const { next, action, pushes, mails } = written(inReview(), review('approved', 'seen'));
    expect(action).toBe('approved');
    expect(next).toMatchObject({
      reviewStatus: 'approved',
      isLocked: true,
      observation: 'seen',
      validStartedAt: at('08:00:00'),
      validEndedAt: at('10:00:00'),
    });
    expect([pushes, mails]).toEqual([[], []]);
  });

  it('rejects: the valid times stay, and nothing is locked', () => {
    const { next, action } = written(inReview(), review('rejected', 'too long'));
    expect(action).toBe('rejected');
    expect(next).toMatchObject({ reviewStatus: 'rejected', isLocked: false, validEndedAt: at('09:00:00') });
  });

  it('is the same however often it is taken, with whatever observation', () => {
    expect(refusal(approved(), review('approved', 'again'))).toBe('unchanged');
    expect(refusal(rejected(), review('rejected'))).toBe('unchanged');
  });

  it.each<[string, TimeEntry, EntryChange, string]>([
    ['the opposite of an approval', approved(), review('rejected'), 'SESSION.ALREADY_DECIDED'],
    ['the opposite of a rejection', rejected(), review('approved'), 'SESSION.ALREADY_DECIDED'],
    ['approved by rule', entry(), review('approved'), 'SESSION.NOT_UNDER_REVIEW'],
    ['approved by rule, to be rejected', entry(), review('rejected'), 'SESSION.NOT_UNDER_REVIEW'],
    ['still open', inReview({ endedAt: null, isRunning: true }), review('approved'), 'SESSION.STILL_OPEN'],
    ['open and approved by rule', entry({ endedAt: null, isRunning: true }), review('approved'), 'SESSION.STILL_OPEN'],
    ['removed', inReview({ deletedAt: at('11:00:00') }), review('approved'), 'TIME_ENTRY.NOT_FOUND'],
    ['more than 500 characters', inReview(), review('approved', 'x'.repeat(501)), 'SESSION.OBSERVATION_TOO_LONG'],
  ])('is refused: %s', (_case, current, change, code) => {
    expect(refusal(current, change)).toBe(code);
  });
});

describe('a reopening', () => {
  it('puts the entry back under review, unlocked, with its observation and valid times', () => {
    const { next, action, reason } = written({ ...approved(), observation: 'seen' }, reopen);
    expect([action, reason]).toEqual(['reopened', 'the end was wrong']);
    expect(next).toMatchObject({
      reviewStatus: 'under_review',
      isLocked: false,
      observation: 'seen',
      validEndedAt: at('09:00:00'),
    });
    expect(written(rejected(), reopen).next.reviewStatus).toBe('under_review');
  });

  it('makes the opposite decision possible', () => {
    const { next } = written(approved(), reopen);
    expect(written(next, review('rejected')).next.reviewStatus).toBe('rejected');
  });

  it('is nothing where a decision is still awaited, and refused where nobody has decided', () => {
    expect(refusal(inReview(), reopen)).toBe('unchanged');
    expect(refusal(entry(), reopen)).toBe('SESSION.NOT_DECIDED');
    expect(refusal(inReview({ deletedAt: at('11:00:00') }), reopen)).toBe('TIME_ENTRY.NOT_FOUND');
  });
});

describe('a correction of reported time', () => {
  const edit = (end: string): EntryChange => ({ kind: 'edit', id: 7, patch: { endedAt: at(end) } });

  it('tells people: of a small one that was accepted, and of one that goes to review', () => {
    expect(written(entry(), edit('09:04:00')).mails.map((mail) => mail.kind)).toEqual(['edited']);
    expect(written(entry(), edit('09:05:00')).mails.map((mail) => mail.kind)).toEqual(['under_review']);
    expect(written(entry(), { kind: 'edit', id: 7, patch: { description: 'x' } }).mails).toEqual([]);
  });

  it('leaves the valid times of what waits for a decision, however small it is', () => {
    const waiting = inReview({ validStartedAt: null, validEndedAt: null });
    expect(written(waiting, edit('10:01:00')).next).toMatchObject({
      reviewStatus: 'under_review',
      validStartedAt: null,
      validEndedAt: null,
    });
  });

  it('asks for another decision about what was rejected', () => {
    expect(written(rejected(), edit('10:01:00')).next.reviewStatus).toBe('under_review');
  });
});
