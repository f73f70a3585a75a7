import type { LedgerPolicy } from './entry-change.js';
import { durationSeconds, type TimeEntry } from './time-entry.js';

type Times = Pick<TimeEntry, 'startedAt' | 'endedAt'>;
type Running = Times & Pick<TimeEntry, 'isRunning' | 'isOvertime'>;

/** Strictly more than the limit, and only of an entry that has ended. A draft has no duration. */
export function isOvertime(entry: Times, limitSeconds: number): boolean {
  const seconds = durationSeconds(entry);
  return seconds !== null && seconds > limitSeconds;
}

/** Whether a running entry has run for longer than allowed by now. */
export const hasOverrun = (entry: Running, { now, overtimeSeconds }: LedgerPolicy): boolean =>
  entry.isRunning && isOvertime({ startedAt: entry.startedAt, endedAt: now }, overtimeSeconds);

/** A running entry keeps what the monitor found as long as it is so; only the monitor finds it. */
export const isOvertimeAfter = (current: Running, next: Running, policy: LedgerPolicy): boolean =>
  next.isRunning ? next.isOvertime && hasOverrun(next, policy) : isOvertime(next, policy.overtimeSeconds);
