import { durationSeconds, type TimeEntry } from './time-entry.js';

/** Strictly more than the limit, and only of an entry that has ended. A draft has no duration. */
export function isOvertime(entry: Pick<TimeEntry, 'startedAt' | 'endedAt'>, limitSeconds: number): boolean {
  const seconds = durationSeconds(entry);
  return seconds !== null && seconds > limitSeconds;
}
