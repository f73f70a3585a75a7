import { unprocessable } from '../common/errors.js';
import type { TimeTrackingProvider } from '../integrations/contract/provider.js';
import type { EntryContent, TimeEntry } from '../time-entries/time-entry.js';
import { endsBeforeStart, isTooLong, liesAhead, LONGEST_DAYS } from '../time-entries/typed-times.js';
import type { EntryHome } from './entry-homes.js';
import type { UpdateLogDto } from './logs.dto.js';

/** @throws DomainError 422 for an end before the start, or more than 31 days */
export function refuseImpossibleTimes(start: Date, end: Date | null): void {
  if (endsBeforeStart(start, end)) throw unprocessable('LOG.END_BEFORE_START', 'end must not be before start');
  if (isTooLong(start, end)) {
    throw unprocessable('LOG.TOO_LONG', `end must be at most ${LONGEST_DAYS} days after start`);
  }
}

/** @throws DomainError 422 for an entry that runs before it begins */
export function refuseRunningAhead(start: Date, isRunning: boolean, now: Date): void {
  if (isRunning && liesAhead(start, now)) {
    throw unprocessable('LOG.NOT_BEGUN', 'start lies ahead: a log without an end runs, and cannot run yet');
  }
}

/** A log without an end runs where the service has timers; elsewhere, and here, it is a draft. */
export const runsWithout = (end: Date | null, provider: TimeTrackingProvider | null): boolean =>
  end === null && provider?.timer !== undefined;

/** Where the running entry ends when another begins: there, or now if that lies before it or ahead of us. */
export function endOfPrevious(running: Pick<TimeEntry, 'startedAt'>, nextStart: Date, now: Date): Date {
  const end = nextStart > running.startedAt && nextStart <= now ? nextStart : now;
  return end > running.startedAt ? end : running.startedAt;
}

/** Only what the request names: what it does not may be changed by somebody else at this moment. */
export function patchOf(entry: TimeEntry, request: UpdateLogDto, home: EntryHome): Partial<EntryContent> {
  const { task, notes, tags, category, billable, start, end } = request;
  return {
    ...home.content,
    ...(task === undefined ? {} : { description: task }),
    ...(notes === undefined ? {} : { notes }),
    ...(tags === undefined ? {} : { tags }),
    ...(category === undefined ? {} : { category }),
    ...(billable === undefined ? {} : { isBillable: billable }),
    ...(start === undefined ? {} : { startedAt: start }),
    ...(end === undefined ? {} : { endedAt: end }),
    ...runningAfter(entry, end, home),
  };
}

/** A log without an end runs where it comes to live, if there are timers; what runs only here goes on running. */
function runningAfter(
  entry: TimeEntry,
  end: Date | null | undefined,
  { content, provider }: EntryHome,
): Pick<EntryContent, 'isRunning'> | object {
  if (end instanceof Date) return { isRunning: false };
  const comesFromElsewhere = content.integrationId !== undefined && content.integrationId !== entry.integrationId;
  if (end === undefined && !comesFromElsewhere) return {};
  return { isRunning: provider === null ? entry.isRunning : provider.timer !== undefined };
}
