import { describe, expect, it } from 'vitest';
import { at, entry } from '../../test/support/entries.js';
import { reviewAfter, shiftMilliseconds } from './review.js';

const moved = (start: string, end: string | null) => ({
  startedAt: at(start),
  endedAt: end === null ? null : at(end),
});

describe('the review rule', () => {
  it('takes the first small correction into the valid times', () => {
    const outcome = reviewAfter(entry(), moved('08:00:00', '09:04:59'));
    expect(outcome).toMatchObject({ reviewStatus: 'approved', timeEditCount: 1, validEndedAt: at('09:04:59') });
  });

  it('sends a correction of five minutes to review and keeps the valid times', () => {
    const outcome = reviewAfter(entry(), moved('08:00:00', '09:05:00'));
    expect(outcome).toMatchObject({ reviewStatus: 'under_review', timeEditCount: 1, validEndedAt: at('09:00:00') });
  });

  it('sends the second correction to review however small it is', () => {
    const outcome = reviewAfter(entry({ timeEditCount: 1 }), moved('08:00:01', '09:00:00'));
    expect(outcome).toMatchObject({ reviewStatus: 'under_review', timeEditCount: 2, validStartedAt: at('08:00:00') });
  });

  it('measures by the larger of both shifts', () => {
    expect(shiftMilliseconds(entry(), moved('08:04:00', '09:06:00'))).toBe(6 * 60_000);
    expect(shiftMilliseconds(entry(), moved('08:00:00', null))).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts a moved start of a running entry', () => {
    const running = entry({ endedAt: null, isRunning: true });
    expect(reviewAfter(running, moved('07:57:00', null))).toMatchObject({
      timeEditCount: 1,
      reviewStatus: 'approved',
      validStartedAt: at('07:57:00'),
    });
  });

  it('counts an end that brings another start', () => {
    const running = entry({ endedAt: null, isRunning: true });
    expect(reviewAfter(running, moved('07:30:00', '09:00:00'))).toMatchObject({
      timeEditCount: 1,
      reviewStatus: 'under_review',
    });
  });

  it('does not count the end of a running entry, nor the completion of a draft', () => {
    const running = entry({ endedAt: null, isRunning: true });
    expect(reviewAfter(running, moved('08:00:00', '09:00:00'))).toMatchObject({
      timeEditCount: 0,
      validEndedAt: at('09:00:00'),
    });
    const draft = entry({ endedAt: null });
    expect(reviewAfter(draft, moved('07:00:00', '09:00:00'))).toMatchObject({
      timeEditCount: 0,
      validStartedAt: at('07:00:00'),
      validEndedAt: at('09:00:00'),
    });
  });
});
