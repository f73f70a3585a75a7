import { unprocessable } from '../common/errors.js';
import { fromIsoDuration, toIsoDuration } from '../common/iso-duration.js';
import { offsetSeconds } from '../time-entries/offsets.js';
import type { EntryContent } from '../time-entries/time-entry.js';
import { endsBeforeStart, isTooLong, liesAhead, LONGEST_DAYS } from '../time-entries/typed-times.js';

/** What somebody types of the times of a session. What is left out stays as it is. */
export interface TypedTimes {
  startedAt?: Date;
  endedAt?: Date | null;
  isRunning?: boolean;
  timeZone?: string;
  /** Said beside the times, and must agree with them. */
  duration?: string | null;
  offsetStart?: number;
  offsetEnd?: number | null;
}

type Times = Pick<EntryContent, 'startedAt' | 'endedAt' | 'isRunning' | 'timeZone'>;

/**
 * The times a session is to have. Length and offsets are computed, so what is said of them can only be right or wrong.
 * @param current what it has now; for a new one what holds unless something else is typed
 * @throws DomainError 422 for times that cannot be, or that contradict each other
 */
export function timesAfter(current: Times, typed: TypedTimes, now: Date): Times {
  const { startedAt = current.startedAt, timeZone = current.timeZone } = typed;
  const endedAt = typed.endedAt === undefined ? current.endedAt : typed.endedAt;
  const staysOpen = typed.endedAt === undefined ? current.isRunning : endedAt === null;
  const times = { startedAt, endedAt, timeZone, isRunning: typed.isRunning ?? staysOpen };
  refuseImpossible(times, now);
  if (typed.isRunning === false && endedAt === null) {
    throw unprocessable('SESSION.RUNNING_OR_ENDED', 'currentlyRunning is false, but there is no endDate');
  }
  refuseOtherDuration(times, typed.duration);
  refuseOtherOffset('offsetStart', typed.offsetStart, startedAt, timeZone);
  refuseOtherOffset('offsetEnd', typed.offsetEnd, endedAt, timeZone);
  return times;
}

function refuseImpossible({ startedAt, endedAt, isRunning }: Times, now: Date): void {
  if (isRunning && endedAt !== null) {
    throw unprocessable('SESSION.RUNNING_OR_ENDED', 'currentlyRunning is true, but there is an endDate');
  }
  if (endsBeforeStart(startedAt, endedAt)) {
    throw unprocessable('SESSION.END_BEFORE_START', 'endDate must not be before startDate');
  }
  if (isTooLong(startedAt, endedAt)) {
    throw unprocessable('SESSION.TOO_LONG', `endDate must be at most ${LONGEST_DAYS} days after startDate`);
  }
  if (isRunning && liesAhead(startedAt, now)) {
    throw unprocessable('SESSION.NOT_BEGUN', 'startDate lies ahead: what has not begun cannot run');
  }
}

function refuseOtherDuration({ startedAt, endedAt }: Times, said: string | null | undefined): void {
  if (said === undefined || said === null) return;
  const milliseconds = fromIsoDuration(said);
  if (milliseconds === null) {
    throw unprocessable('SESSION.BAD_DURATION', 'duration must be an ISO 8601 duration of hours, minutes and seconds');
  }
  if (endedAt === null) throw unprocessable('SESSION.BAD_DURATION', 'duration needs an endDate');
  const real = endedAt.getTime() - startedAt.getTime();
  // Whoever says it in whole seconds does not contradict.
  if (Math.abs(milliseconds - real) < 1000) return;
  throw unprocessable(
    'SESSION.BAD_DURATION',
    `duration contradicts startDate and endDate: these are ${toIsoDuration(real)}`,
  );
}

function refuseOtherOffset(
  field: 'offsetStart' | 'offsetEnd',
  said: number | null | undefined,
  at: Date | null,
  timeZone: string,
): void {
  if (said === undefined || said === null) return;
  if (at === null) throw unprocessable('SESSION.BAD_OFFSET', `${field} needs an endDate`);
  const real = offsetSeconds(at, timeZone);
  if (said === real) return;
  throw unprocessable(
    'SESSION.BAD_OFFSET',
    `${field} contradicts timeZone: ${timeZone} is ${real} seconds from UTC then`,
  );
}
