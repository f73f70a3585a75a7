import { localDay } from '../../time-entries/day-slices.js';
import { endOf, IGNORE, isTimed, nameOf, secondsBetween, type Finding, type FindingEntry } from './finding.js';

/** A coffee is no gap. */
export const LARGEST_PAUSE_SECONDS = 15 * 60;

/**
 * Time between two entries that nothing covers. Working hours are what lies between the first and the last entry that
 * begin on a local day: neither the morning before nor the night after a night's work is a gap. Where an entry is known only
 * by the day nobody knows what it covers.
 */
export function findGaps(entries: readonly FindingEntry[], timeZone: string, now: Date): Finding[] {
  const vague = new Set(entries.filter(({ timePrecision }) => timePrecision === 'day').map(dayOf));
  const findings: Finding[] = [];
  let last: FindingEntry | null = null;
  for (const entry of entries.filter(isTimed).sort(byStart)) {
    const day = dayOf(entry);
    if (last !== null && dayOf(last) === day && isOnDay(last, day) && !vague.has(day)) {
      const finding = gapBetween(last, entry);
      if (finding !== null) findings.push(finding);
    }
    if (last === null || coversUntil(entry) > coversUntil(last)) last = entry;
  }
  return findings;

  function dayOf({ startedAt }: FindingEntry): string {
    return localDay(startedAt, timeZone);
  }

  /** An end at midnight belongs to the day before it. */
  function isOnDay(entry: FindingEntry, day: string): boolean {
    const end = endOf(entry, now);
    return localDay(end > entry.startedAt ? new Date(end.getTime() - 1) : end, timeZone) === day;
  }
}

/** The gap between two entries with nothing in between; `null` when it is none. */
export function gapBetween(before: FindingEntry, after: FindingEntry): Finding | null {
  if (!isTimed(before) || !isTimed(after) || before.endedAt === null) return null;
  const [start, end] = [before.endedAt, after.startedAt];
  const seconds = secondsBetween(start, end);
  if (seconds <= LARGEST_PAUSE_SECONDS) return null;
  const entries = [before.id, after.id];
  const id = nameOf('gap', entries, [start, end]);
  const evidence = { start, end, seconds, limitSeconds: LARGEST_PAUSE_SECONDS };
  return { id, subject: id, kind: 'gap', entries, evidence, fixes: [IGNORE] };
}

/** What runs covers whatever comes. */
const coversUntil = ({ endedAt }: FindingEntry): number => endedAt?.getTime() ?? Number.POSITIVE_INFINITY;

const byStart = (a: FindingEntry, b: FindingEntry): number =>
  a.startedAt.getTime() - b.startedAt.getTime() || a.id - b.id;
