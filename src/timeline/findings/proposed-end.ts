import { localDay } from '../../time-entries/day-slices.js';
import { offsetSeconds } from '../../time-entries/offsets.js';
import { endOf, isTimed, type Evidence, type FindingEntry } from './finding.js';

const DAY = 86_400_000;
/** How far back habits are looked for. */
export const HABIT_DAYS = 56;
/** Fewer days are no habit. */
const LEAST_DAYS = 3;
/** Another timer pressed together with this one is no new work. */
const TOGETHER = 5 * 60_000;
const WORKING_DAY = 8 * 3_600_000;

interface ProposedEnd {
  end: Date;
  basis: NonNullable<Evidence['basis']>;
}

/**
 * Where an entry that nobody ended has likely ended: where the next one began; or when this person's day usually ends, on
 * that weekday or else on any; or, where there are no habits yet, after eight hours.
 */
export function proposeEnd(
  entry: FindingEntry,
  history: readonly FindingEntry[],
  timeZone: string,
  now: Date,
): ProposedEnd {
  const others = history.filter((other) => other.id !== entry.id && isTimed(other));
  const latest = endOf(entry, now);
  const next = startOfNext(entry, others, latest);
  if (next !== null) return { end: next, basis: 'next_entry' };
  const usual = usualEnd(entry, others, timeZone);
  if (usual !== null && usual > entry.startedAt && usual < latest) return { end: usual, basis: 'usual_end' };
  return { end: new Date(entry.startedAt.getTime() + WORKING_DAY), basis: 'eight_hours' };
}

function startOfNext(entry: FindingEntry, others: readonly FindingEntry[], latest: Date): Date | null {
  const earliest = entry.startedAt.getTime() + TOGETHER;
  const starts = others
    .map(({ startedAt }) => startedAt.getTime())
    .filter((start) => start > earliest && start < latest.getTime());
  return starts.length === 0 ? null : new Date(starts.reduce((a, b) => Math.min(a, b)));
}

/** The middle one of the times at which the last entry of a day ended. */
function usualEnd(entry: FindingEntry, others: readonly FindingEntry[], timeZone: string): Date | null {
  const from = entry.startedAt.getTime() - HABIT_DAYS * DAY;
  const lastEnds = new Map<string, number>();
  for (const { startedAt, endedAt } of others) {
    const isHabit = startedAt.getTime() >= from && endedAt !== null && endedAt <= entry.startedAt;
    if (!isHabit || endedAt.getTime() - startedAt.getTime() > DAY) continue;
    const day = localDay(startedAt, timeZone);
    const end = wallClock(endedAt, timeZone) - Date.parse(day);
    lastEnds.set(day, Math.max(end, lastEnds.get(day) ?? 0));
  }
  const today = localDay(entry.startedAt, timeZone);
  const sameWeekday = [...lastEnds].filter(([day]) => day !== today && weekdayOf(day) === weekdayOf(today));
  const anyDay = [...lastEnds].filter(([day]) => day !== today);
  const days = sameWeekday.length >= LEAST_DAYS ? sameWeekday : anyDay;
  if (days.length < LEAST_DAYS) return null;
  const ends = days.map(([, end]) => end).sort((a, b) => a - b);
  return instantAt(Date.parse(today) + ends[Math.floor((ends.length - 1) / 2)]!, timeZone);
}

const weekdayOf = (day: string): number => new Date(day).getUTCDay();

/** What the clock shows, as if it were UTC. */
const wallClock = (instant: Date, timeZone: string): number =>
  instant.getTime() + offsetSeconds(instant, timeZone) * 1000;

/** When the clock shows that; to the second, which is all that services keep. */
function instantAt(wall: number, timeZone: string): Date {
  const near = new Date(wall - offsetSeconds(new Date(wall), timeZone) * 1000);
  const instant = wall - offsetSeconds(near, timeZone) * 1000;
  return new Date(Math.floor(instant / 1000) * 1000);
}
