import {
  endOf,
  IGNORE,
  nameOf,
  secondsBetween,
  timesOf,
  type Finding,
  type FindingEntry,
  type FixChange,
  type FixOption,
} from './finding.js';

/** Some services keep whole minutes: what follows on each other would overlap by seconds there, day after day. */
const SMALLEST_SECONDS = 60;

/**
 * Two entries at the same time, for a minute at least; back to back is no overlap.
 * @param first the one that starts first
 */
export function overlapOf(first: FindingEntry, second: FindingEntry, now: Date): Finding | null {
  const [firstEnd, secondEnd] = [endOf(first, now), endOf(second, now)];
  const start = second.startedAt;
  const end = firstEnd < secondEnd ? firstEnd : secondEnd;
  const seconds = secondsBetween(start, end);
  if (seconds < SMALLEST_SECONDS) return null;
  const entries = [first.id, second.id];
  const id = nameOf('overlap', entries, [timesOf(first), timesOf(second)]);
  const fixes = [...trims(first, second, now), IGNORE];
  return { id, subject: id, kind: 'overlap', entries, evidence: { start, end, seconds }, fixes };
}

/** Ways that take away the time that is counted twice, and no other: nothing is cut off that only one entry has. */
function trims(first: FindingEntry, second: FindingEntry, now: Date): FixOption[] {
  const begins = first.startedAt < second.startedAt;
  const lasts = endOf(first, now) > endOf(second, now);
  if (begins && lasts) return splits(first, second);
  const options: FixOption[] = [];
  if (begins) options.push({ fix: 'trim_first', changes: [times(first, first.startedAt, second.startedAt)] });
  else if (lasts) options.push(...later('trim_first', first, second));
  if (!lasts) options.push(...later('trim_second', second, first));
  return options;
}

/** The second lies inside the first, which is parted around it. What runs has no second part yet. */
function splits(first: FindingEntry, second: FindingEntry): FixOption[] {
  if (first.endedAt === null || second.endedAt === null) return [];
  const before = times(first, first.startedAt, second.startedAt);
  const after: FixChange = { kind: 'copy', entryId: first.id, start: second.endedAt, end: first.endedAt };
  return [{ fix: 'split_first', changes: [before, after] }];
}

/** `entry` begins where `other` ends; one that ends together with it has nothing left then. */
function later(fix: 'trim_first' | 'trim_second', entry: FindingEntry, other: FindingEntry): FixOption[] {
  const start = other.endedAt;
  const isNothingLeft = start === null || (entry.endedAt !== null && entry.endedAt <= start);
  return isNothingLeft ? [] : [{ fix, changes: [times(entry, start, entry.endedAt)] }];
}

const times = ({ id }: FindingEntry, start: Date, end: Date | null): FixChange => ({
  kind: 'times',
  entryId: id,
  start,
  end,
});
