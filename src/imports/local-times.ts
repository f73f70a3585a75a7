import { DateTime, IANAZone } from 'luxon';
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
  const shown = parseInstant(`${day}T${time}Z`);
  if (!shown.ok) return null;
  const offset = offsetOfDay(shown.instant.getTime(), timeZone);
  if (offset !== null) return { instant: new Date(shown.instant.getTime() - offset * MINUTE) };
  const local = DateTime.fromISO(`${day}T${time}`, { zone: timeZone });
  return local.isValid ? { instant: local.toJSDate() } : null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CACHED_DAYS = 10_000;

/** By zone and day; asking a zone takes long, and a file asks of the same few days again and again. */
const offsets = new Map<string, number | null>();

/** Minutes east of UTC during a whole day of that clock; `null` where the clocks change nearby, and where there is no such zone. */
function offsetOfDay(shown: number, timeZone: string): number | null {
  const day = Math.floor(shown / DAY);
  const key = `${day} ${timeZone}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= CACHED_DAYS) offsets.clear();
  const offset = steadyOffset(day * DAY, timeZone);
  offsets.set(key, offset);
  return offset;
}

/** Zones lie between UTC-12 and UTC+14: that is how far from it the day may be. */
function steadyOffset(midnight: number, timeZone: string): number | null {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid) return null;
  const offset = zone.offset(midnight);
  const isSteady = [-16, -8, 8, 16, 24, 32, 40].every((hours) => zone.offset(midnight + hours * HOUR) === offset);
  return isSteady ? offset : null;
}

/** Why these cannot be the times of one entry; `null` when they can. */
export function spanProblem(start: Date, end: Date): string | null {
  if (endsBeforeStart(start, end)) return 'it ends before it starts';
  return isTooLong(start, end) ? `it is longer than ${LONGEST_DAYS} days` : null;
}
