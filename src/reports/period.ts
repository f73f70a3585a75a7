import { dayNumber, dayText } from '../common/calendar-day.js';
import { WEEKDAYS, type Weekday } from '../common/weekday.js';
import { dayBounds, localDay, type Interval } from '../time-entries/day-slices.js';

/** Calendar days, both included, as `YYYY-MM-DD`. */
export interface DayRange {
  from: string;
  to: string;
}

export type PeriodKind = 'weekly' | 'monthly';

const DAY = 86_400_000;
/** Scheduled reports are made at this hour of the first day after their period. */
const REPORT_HOUR = 7;

/** The instants of a range: from the first one of its first day to the first one after its last day. */
export function instantsOf({ from, to }: DayRange, timeZone: string): Interval {
  return { start: dayBounds(from, timeZone).start, end: dayBounds(to, timeZone).end };
}

export const addDays = (day: string, days: number): string => dayText(dayNumber(day) + days);

/** How many days a range has; 0 or less when it is turned around. */
export const daysIn = ({ from, to }: DayRange): number => dayNumber(to) - dayNumber(from) + 1;

/** The first day of the week that a day lies in. */
export function weekStartOf(day: string, firstWeekday: Weekday): string {
  const number = dayNumber(day);
  // 1970-01-01 was a Thursday.
  const weekday = (((number + 3) % 7) + 7) % 7;
  return dayText(number - ((weekday - WEEKDAYS.indexOf(firstWeekday) + 7) % 7));
}

export const weekFrom = (from: string): DayRange => ({ from, to: addDays(from, 6) });

/** @param month 1 to 12 */
export function monthOf(year: number, month: number): DayRange {
  const first = Date.UTC(year, month - 1, 1) / DAY;
  return { from: dayText(first), to: dayText(Date.UTC(year, month, 1) / DAY - 1) };
}

/** The period of this kind that a day lies in. */
export function periodOf(kind: PeriodKind, day: string, firstWeekday: Weekday): DayRange {
  if (kind === 'weekly') return weekFrom(weekStartOf(day, firstWeekday));
  return monthOf(Number(day.slice(0, 4)), Number(day.slice(5, 7)));
}

/** The period after this one. */
export const periodAfter = (kind: PeriodKind, period: DayRange, firstWeekday: Weekday): DayRange =>
  periodOf(kind, addDays(period.to, 1), firstWeekday);

/** The period before this one. */
export const periodBefore = (kind: PeriodKind, period: DayRange, firstWeekday: Weekday): DayRange =>
  periodOf(kind, addDays(period.from, -1), firstWeekday);

/** The moment a period's report is due: 07:00 by the wall clock on the first day after it. */
export function dueAt(period: DayRange, timeZone: string): Date {
  const next = addDays(period.to, 1);
  const { start, end } = dayBounds(next, timeZone);
  // 07:00 is asked of the wall clock, because the day may have begun with a change of it.
  for (let hour = REPORT_HOUR - 2; hour <= REPORT_HOUR + 2; hour += 0.5) {
    const instant = new Date(start.getTime() + hour * 3_600_000);
    if (instant < end && wallHour(instant, timeZone) >= REPORT_HOUR) return instant;
  }
  return start;
}

/** The latest period whose report is due by now. */
export function latestDue(kind: PeriodKind, now: Date, timeZone: string, firstWeekday: Weekday): DayRange {
  let period = periodOf(kind, localDay(now, timeZone), firstWeekday);
  while (dueAt(period, timeZone) > now) period = periodBefore(kind, period, firstWeekday);
  return period;
}

const wallHour = (instant: Date, timeZone: string): number => {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(instant);
  return Number(text);
};
