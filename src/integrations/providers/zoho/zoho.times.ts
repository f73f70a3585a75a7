import { DateTime } from 'luxon';

const MINUTE = 60_000;

/** What one log at Zoho can say about time: a day, a number of minutes and, within the day, from when to when. */
export interface DayPart {
  /** `YYYY-MM-DD`, in the account's zone. */
  date: string;
  minutes: number;
  /** `09:30 AM`. */
  startTime: string;
  endTime: string;
}

/** Where a log lies in time. */
export interface LogTimes {
  date: string;
  minutes: number;
  startTime: string | null;
  endTime: string | null;
}

/** Start cut, duration rounded to whole minutes; never less than one, which Zoho would refuse. */
export function wholeMinutes(start: Date, end: Date): { start: Date; end: Date } {
  const first = Math.floor(start.getTime() / MINUTE);
  const minutes = Math.max(1, Math.round((end.getTime() - start.getTime()) / MINUTE));
  return { start: new Date(first * MINUTE), end: new Date((first + minutes) * MINUTE) };
}

/** One part for each local day that the entry touches, in order. */
export function toDayParts(start: Date, end: Date, zone: string): DayPart[] {
  const rounded = wholeMinutes(start, end);
  const parts: DayPart[] = [];
  let from = DateTime.fromJSDate(rounded.start, { zone });
  const last = rounded.end.getTime();
  while (from.toMillis() < last) {
    const midnight = from.plus({ days: 1 }).startOf('day').toMillis();
    const until = DateTime.fromMillis(Math.min(midnight, last), { zone });
    parts.push({
      date: dayOf(from),
      minutes: Math.round((until.toMillis() - from.toMillis()) / MINUTE),
      startTime: clockTime(from),
      endTime: clockTime(until),
    });
    from = until;
  }
  return parts;
}

const clockTime = (time: DateTime): string => time.setLocale('en-US').toFormat('hh:mm a');

const dayOf = (time: DateTime): string => time.toFormat('yyyy-MM-dd');

export const localDay = (instant: Date, zone: string): string => dayOf(DateTime.fromJSDate(instant, { zone }));

export const dayStart = (day: string, zone: string): Date => DateTime.fromISO(day, { zone }).startOf('day').toJSDate();

export const shiftDay = (day: string, days: number): string =>
  dayOf(DateTime.fromISO(day, { zone: 'utc' }).plus({ days }));

export const mondayOf = (day: string): string => dayOf(DateTime.fromISO(day, { zone: 'utc' }).startOf('week'));

export const isDay = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && DateTime.fromISO(value, { zone: 'utc' }).isValid;

/** `HH:MM`. */
export const toHours = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Minutes in `1:30` or `1.5`; `null` for anything else. */
export function minutesIn(hours: string): number | null {
  const match = /^(\d{1,4}):(\d{2})$/.exec(hours.trim());
  if (match !== null) return Number(match[1]) * 60 + Number(match[2]);
  return /^\d{1,4}(\.\d{1,4})?$/.test(hours.trim()) ? Math.round(Number(hours) * 60) : null;
}

/**
 * When a log begins, and how well that is known. The minutes worked hold, also where `endTime` lies later (somebody took a
 * break): the end only tells which of two equal hours is meant when clocks go back.
 */
export function startOfLog(log: LogTimes, zone: string): { start: Date; isExact: boolean } {
  const time = log.startTime === null ? null : timeOfDay(log.startTime);
  if (time === null) return { start: dayStart(log.date, zone), isExact: false };
  const first = DateTime.fromISO(log.date, { zone }).set(time);
  const end = log.endTime === null ? null : timeOfDay(log.endTime);
  const fits = first.getPossibleOffsets().find((candidate) => {
    const ends = candidate.plus({ minutes: log.minutes });
    return end !== null && ends.hour === end.hour && ends.minute === end.minute;
  });
  return { start: (fits ?? first).toJSDate(), isExact: true };
}

function timeOfDay(text: string): { hour: number; minute: number } | null {
  const match = /^(\d{1,2}):(\d{2})\s*([AP]M)?$/i.exec(text.trim());
  if (match === null) return null;
  const [hour, minute, half] = [Number(match[1]), Number(match[2]), match[3]?.toUpperCase()];
  if (minute > 59 || hour > (half === undefined ? 23 : 12)) return null;
  return { hour: half === undefined ? hour : (hour % 12) + (half === 'PM' ? 12 : 0), minute };
}
