import type { Finding, FindingEntry } from './finding.js';
import { findGaps } from './gaps.js';
import { isForgotten, isTooLong, longFinding } from './long-entries.js';
import { findPairs } from './pairs.js';

/** More than anybody will go through; the rest comes when these are settled. */
const MOST_FINDINGS = 1000;

export interface FindingsInput {
  entries: readonly FindingEntry[];
  /** What came before and after long entries, wherever it lies. */
  history: readonly FindingEntry[];
  /** Whose midnights part the days. */
  timeZone: string;
  /** The person's own zone, in which their habits are. */
  homeZone: string;
  now: Date;
}

export const isLong = (entry: FindingEntry, now: Date): boolean => isForgotten(entry, now) || isTooLong(entry);

/** Everything that somebody should look at, by where it begins. */
export function findAll({ entries, history, timeZone, homeZone, now }: FindingsInput): Finding[] {
  const findings = entries.flatMap((entry) => longFinding(entry, history, homeZone, now) ?? []);
  findings.push(...findGaps(entries, timeZone, now));
  for (const finding of findPairs(entries, now)) {
    if (findings.length >= MOST_FINDINGS) break;
    findings.push(finding);
  }
  return findings
    .slice(0, MOST_FINDINGS)
    .sort((a, b) => a.evidence.start.getTime() - b.evidence.start.getTime() || (a.id < b.id ? -1 : 1));
}
