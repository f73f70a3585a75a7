import { IANAZone } from 'luxon';

/** The part of an interval that lies in one local day. */
export interface DaySlice {
  /** `YYYY-MM-DD` in the zone asked for. */
  day: string;
  start: Date;
  end: Date;
  /** Exact to the millisecond. Where a sum has to be exact, add the instants' milliseconds, not these. */
  seconds: number;
}

export interface Interval {
  start: Date;
  end: Date;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Starts of days by zone and day number: a report asks for the same few again and again. */
const startsByZone = new Map<string, Map<number, number>>();
/** By day number; writing a date out takes longer than all the rest. */
const dates = new Map<number, string>();
const CACHED_ZONES = 100;
const CACHED_DAYS = 4000;

/**
 * Cuts an interval at the local midnights of `timeZone`. The slices are adjacent, cover the interval exactly and carry
 * strictly increasing days; only an interval without length has an empty one.
 *
 * A day begins at the first instant that bears its date: not at 00:00 where the clocks skip midnight, and only once where
 * they are put back over it. A date that was skipped altogether has no slice.
 * @throws RangeError for an interval that ends before it starts, and for an unknown zone
 */
export function sliceByDay({ start, end }: Interval, timeZone: string): DaySlice[] {
  const last = end.getTime();
  let from = start.getTime();
  if (!(from <= last)) throw new RangeError('An interval must not end before it starts.');
  const zone = zoneOf(timeZone);
  const slices: DaySlice[] = [];
  do {
    const day = dayNumberAt(from, zone);
    const to = Math.min(startOfDay(day + 1, zone), last);
    slices.push({ day: dateOf(day), start: new Date(from), end: new Date(to), seconds: (to - from) / 1000 });
    from = to;
  } while (from < last);
  return slices;
}

/**
 * First instant of a local day (`YYYY-MM-DD`) and of the day after it: 24 hours apart, 23 or 25 when the clocks change,
 * 23.5 or 24.5 at Lord Howe Island, 0 for a date the zone skipped (30 December 2011 in Samoa).
 */
export function dayBounds(day: string, timeZone: string): Interval {
  const zone = zoneOf(timeZone);
  const number = Date.parse(`${day}T00:00:00Z`) / DAY;
  return { start: new Date(startOfDay(number, zone)), end: new Date(startOfDay(number + 1, zone)) };
}

/** The local day an instant belongs to, `YYYY-MM-DD`. */
export function localDay(instant: Date, timeZone: string): string {
  return dateOf(dayNumberAt(instant.getTime(), zoneOf(timeZone)));
}

function zoneOf(timeZone: string): IANAZone {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid) throw new RangeError(`${timeZone} is not a time zone.`);
  return zone;
}

/** Days are counted from 1970-01-01, so that the next one is the number plus one. */
function dateOf(dayNumber: number): string {
  let date = dates.get(dayNumber);
  if (date === undefined) {
    if (dates.size >= CACHED_DAYS) dates.clear();
    dates.set(dayNumber, (date = new Date(dayNumber * DAY).toISOString().slice(0, 10)));
  }
  return date;
}

const wallClockDay = (time: number, zone: IANAZone): number => Math.floor((time + zone.offset(time) * MINUTE) / DAY);

/**
 * The last day that has begun: what the wall clock says, except that such a day is not left again when the clocks are put
 * back. Days begin within a day of their midnight in UTC, and their starts are remembered, so the zone is rarely asked.
 */
function dayNumberAt(time: number, zone: IANAZone): number {
  let day = Math.floor(time / DAY) + 1;
  while (startOfDay(day, zone) > time) day -= 1;
  return day;
}

/** The first instant at which the wall clock shows this day or a later one. */
function startOfDay(dayNumber: number, zone: IANAZone): number {
  const starts = startsOf(zone.name);
  const known = starts.get(dayNumber);
  if (known !== undefined) return known;
  const start = findStartOfDay(dayNumber, zone);
  if (starts.size >= CACHED_DAYS) starts.clear();
  starts.set(dayNumber, start);
  return start;
}

function startsOf(timeZone: string): Map<number, number> {
  let starts = startsByZone.get(timeZone);
  if (starts === undefined) {
    if (startsByZone.size >= CACHED_ZONES) startsByZone.clear();
    starts = new Map();
    startsByZone.set(timeZone, starts);
  }
  return starts;
}

function findStartOfDay(dayNumber: number, zone: IANAZone): number {
  const midnight = dayNumber * DAY;
  const offset = zone.offset(midnight);
  const isSteady = [-16, -8, 8, 16].every((hours) => zone.offset(midnight + hours * HOUR) === offset);
  if (isSteady) return midnight - offset * MINUTE;
  // A change of the clock is near. Zones lie between UTC-12 and UTC+14, and days begin on quarters of an hour.
  const step = 15 * MINUTE;
  let probe = midnight - 15 * HOUR;
  while (wallClockDay(probe, zone) < dayNumber) probe += step;
  return firstInstant(probe - step, probe, (time) => wallClockDay(time, zone) >= dayNumber);
}

/** The first millisecond in (low, high] at which `holds`, by halving. */
function firstInstant(low: number, high: number, holds: (time: number) => boolean): number {
  let before = low;
  let after = high;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return after;
}
