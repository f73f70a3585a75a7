import { DateTime } from 'luxon';
import { parseInstant } from '../common/instant.js';
import { endsBeforeStart, isTooLong, LONGEST_DAYS } from '../time-entries/typed-times.js';

/** What a clock without a zone showed. */
export interface LocalTime {
  instant: Date;
}

const TEXT = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?$/;

/**
 * `YYYY-MM-DD HH:MM:SS` on the clock of that zone; `null` for what no calendar has. An hour that was skipped counts from the
 * new time, one that came twice is its first.
 */
export function readLocalTime(text: string, timeZone: string): LocalTime | null {
  const match = TEXT.exec(text.trim());
  if (match === null) return null;
  const [, day, time] = match;
  if (!parseInstant(`${day}T${time}Z`).ok) return null;
  const local = DateTime.fromISO(`${day}T${time}`, { zone: timeZone });
  return local.isValid ? { instant: local.toJSDate() } : null;
}

/** Why these cannot be the times of one entry; `null` when they can. */
export function spanProblem(start: Date, end: Date): string | null {
  if (endsBeforeStart(start, end)) return 'it ends before it starts';
  return isTooLong(start, end) ? `it is longer than ${LONGEST_DAYS} days` : null;
}
