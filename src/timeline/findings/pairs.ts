import { isForgotten } from './long-entries.js';
import { overlapOf } from './overlap.js';
import { sameWorkOf } from './same-work.js';
import { endOf, isTimed, type Finding, type FindingEntry } from './finding.js';

/** Everything at once, all day long, is no timeline: whoever has that many pairs is told of the first. */
const MOST_PAIRS = 1_000_000;

/** What two entries at the same time are; `null` when nobody has to look. A forgotten timer is a finding of its own. */
export function pairFinding(one: FindingEntry, other: FindingEntry, now: Date): Finding | null {
  if (!isTimed(one) || !isTimed(other) || isForgotten(one, now) || isForgotten(other, now)) return null;
  const [first, second] = isBefore(one, other) ? [one, other] : [other, one];
  return sameWorkOf(first, second, now) ?? overlapOf(first, second, now);
}

/** Findings about two entries each, by the start of the later one. */
export function* findPairs(entries: readonly FindingEntry[], now: Date): Generator<Finding> {
  let pairs = 0;
  let open: FindingEntry[] = [];
  for (const entry of entries.filter(isTimed).sort((a, b) => (isBefore(a, b) ? -1 : 1))) {
    open = open.filter((earlier) => endOf(earlier, now) > entry.startedAt);
    for (const earlier of open) {
      pairs += 1;
      if (pairs > MOST_PAIRS) return;
      const finding = pairFinding(earlier, entry, now);
      if (finding !== null) yield finding;
    }
    open.push(entry);
  }
}

const isBefore = (a: FindingEntry, b: FindingEntry): boolean =>
  a.startedAt.getTime() === b.startedAt.getTime() ? a.id < b.id : a.startedAt < b.startedAt;
