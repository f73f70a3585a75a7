import { sliceByDay, type DaySlice, type Interval } from '../time-entries/day-slices.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

export interface EntrySlice extends Omit<DaySlice, 'day'> {
  entryId: number;
}

/** One local day and what was worked in it. */
export interface TimelineDay {
  /** `YYYY-MM-DD`. */
  day: string;
  /** The sum of the slices, exact to the millisecond. Two entries at the same time count twice. */
  seconds: number;
  slices: EntrySlice[];
}

export type TimedEntry = Pick<TimeEntry, 'id' | 'startedAt' | 'endedAt' | 'isRunning'>;

/**
 * Cuts entries to `range` and into the local days of `timeZone`. Running entries last until `now`; drafts without an end
 * have no length yet. Days in which nothing happened are left out.
 */
export function buildDays(entries: readonly TimedEntry[], range: Interval, timeZone: string, now: Date): TimelineDay[] {
  const days = new Map<string, EntrySlice[]>();
  for (const entry of entries) {
    const interval = clip(entry, range, now);
    if (interval === null) continue;
    for (const { day, ...slice } of sliceByDay(interval, timeZone)) {
      const slices = days.get(day) ?? [];
      slices.push({ entryId: entry.id, ...slice });
      days.set(day, slices);
    }
  }
  return [...days.keys()].sort().map((day) => describeDay(day, days.get(day)!));
}

/** The part of an entry inside the range; `null` for none. An entry without length is inside where it starts. */
function clip({ startedAt, endedAt, isRunning }: TimedEntry, range: Interval, now: Date): Interval | null {
  const ended = endedAt ?? (isRunning ? now : null);
  if (ended === null || ended < startedAt) return null;
  const start = startedAt > range.start ? startedAt : range.start;
  const end = ended < range.end ? ended : range.end;
  const hasLength = ended > startedAt;
  const isInside = hasLength ? start < end : startedAt >= range.start && startedAt < range.end;
  return isInside ? { start, end } : null;
}

function describeDay(day: string, slices: EntrySlice[]): TimelineDay {
  slices.sort((a, b) => a.start.getTime() - b.start.getTime() || a.entryId - b.entryId);
  const milliseconds = slices.reduce((sum, slice) => sum + (slice.end.getTime() - slice.start.getTime()), 0);
  return { day, seconds: milliseconds / 1000, slices };
}
