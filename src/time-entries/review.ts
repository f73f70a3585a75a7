import type { TimeEntry } from './time-entry.js';

/** A correction smaller than this is taken over without asking anybody, once. */
const SMALL_EDIT_MILLISECONDS = 5 * 60_000;

type Times = Pick<TimeEntry, 'startedAt' | 'endedAt'>;
type ReviewFacts = Times &
  Pick<TimeEntry, 'isRunning' | 'validStartedAt' | 'validEndedAt' | 'timeEditCount' | 'reviewStatus'>;

export type ReviewOutcome = Pick<TimeEntry, 'validStartedAt' | 'validEndedAt' | 'timeEditCount' | 'reviewStatus'>;

/**
 * What a change of times does to the review facts. Time that had been reported (an end, or the start of a running entry)
 * and is moved falls under the review rule; an end that is only now reported, or a draft being completed, does not.
 */
export function reviewAfter(current: ReviewFacts, next: Times): ReviewOutcome {
  if (isCorrection(current, next)) return reviewCorrection(current, next);
  const outcome = {
    timeEditCount: current.timeEditCount,
    reviewStatus: current.reviewStatus,
    validStartedAt: current.validStartedAt,
    validEndedAt: current.validEndedAt,
  };
  if (current.reviewStatus !== 'approved' || sameTimes(current, next)) return outcome;
  const wasDraft = current.endedAt === null && !current.isRunning;
  return {
    ...outcome,
    validStartedAt: wasDraft ? next.startedAt : (current.validStartedAt ?? next.startedAt),
    validEndedAt: next.endedAt,
  };
}

/**
 * The first small shift of what nobody has to decide about moves the valid times along; any other goes to review and leaves
 * them as they were.
 */
function reviewCorrection(current: ReviewFacts, next: Times): ReviewOutcome {
  const timeEditCount = current.timeEditCount + 1;
  const isSmall = timeEditCount === 1 && shiftMilliseconds(current, next) < SMALL_EDIT_MILLISECONDS;
  const isAccepted = isSmall && current.reviewStatus === 'approved';
  return isAccepted
    ? {
        timeEditCount,
        reviewStatus: current.reviewStatus,
        validStartedAt: next.startedAt,
        validEndedAt: next.endedAt,
      }
    : {
        timeEditCount,
        reviewStatus: 'under_review',
        validStartedAt: current.validStartedAt,
        validEndedAt: current.validEndedAt,
      };
}

function isCorrection(current: ReviewFacts, next: Times): boolean {
  const wasReported = current.endedAt !== null || current.isRunning;
  const startMoved = current.startedAt.getTime() !== next.startedAt.getTime();
  const endMoved = current.endedAt !== null && current.endedAt.getTime() !== next.endedAt?.getTime();
  return wasReported && (startMoved || endMoved);
}

const sameTimes = (a: Times, b: Times): boolean =>
  a.startedAt.getTime() === b.startedAt.getTime() && a.endedAt?.getTime() === b.endedAt?.getTime();

/** The larger of the shifts of start and end; taking a reported end away is as large as can be. */
export function shiftMilliseconds(current: Times, next: Times): number {
  const startShift = Math.abs(next.startedAt.getTime() - current.startedAt.getTime());
  if (current.endedAt === null) return startShift;
  if (next.endedAt === null) return Number.POSITIVE_INFINITY;
  return Math.max(startShift, Math.abs(next.endedAt.getTime() - current.endedAt.getTime()));
}
