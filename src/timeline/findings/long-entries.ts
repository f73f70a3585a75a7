import { endOf, IGNORE, nameOf, secondsBetween, timesOf, type Finding, type FindingEntry } from './finding.js';
import { proposeEnd } from './proposed-end.js';

const LONGEST_SECONDS = 24 * 3600;
/** Longer than any shift with its pauses: eleven hours of rest leave thirteen of the day, of which some is no work. */
const FORGOTTEN_AFTER_SECONDS = 12 * 3600;

export const isForgotten = (entry: FindingEntry, now: Date): boolean =>
  entry.isRunning && entry.endedAt === null && secondsBetween(entry.startedAt, now) > FORGOTTEN_AFTER_SECONDS;

export const isTooLong = ({ startedAt, endedAt }: FindingEntry): boolean =>
  endedAt !== null && secondsBetween(startedAt, endedAt) > LONGEST_SECONDS;

/**
 * What one entry alone is: a timer nobody stopped, or more than a day. Both come with an end that would be likely.
 * @param history what the person did in the eight weeks before it, and since
 * @param timeZone the person's own
 */
export function longFinding(
  entry: FindingEntry,
  history: readonly FindingEntry[],
  timeZone: string,
  now: Date,
): Finding | null {
  const kind = isForgotten(entry, now) ? 'forgotten_timer' : isTooLong(entry) ? 'too_long' : null;
  if (kind === null) return null;
  const limitSeconds = kind === 'too_long' ? LONGEST_SECONDS : FORGOTTEN_AFTER_SECONDS;
  const { end: proposedEnd, basis } = proposeEnd(entry, history, timeZone, now);
  const end = endOf(entry, now);
  const change = { kind: 'times' as const, entryId: entry.id, start: entry.startedAt, end: proposedEnd };
  return {
    id: nameOf(kind, [entry.id], [timesOf(entry), proposedEnd]),
    subject: nameOf(kind, [entry.id], timesOf(entry)),
    kind,
    entries: [entry.id],
    evidence: {
      start: entry.startedAt,
      end,
      seconds: secondsBetween(entry.startedAt, end),
      limitSeconds,
      proposedEnd,
      basis,
    },
    fixes: [{ fix: kind === 'too_long' ? 'trim_end' : 'close_timer', changes: [change] }, IGNORE],
  };
}
