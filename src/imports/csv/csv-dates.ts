import type { DateOrder } from '../import.js';

const DATE = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\.?$/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([ap])\.?\s?m\.?)?$/i;
const DURATION = /^(\d{1,5}):(\d{2})(?::(\d{2}))?$/;

/** What the dates of a file give away about the order of their parts. */
export class DateEvidence {
  private dayFirst = 0;
  private monthFirst = 0;
  private either = 0;

  note(text: string): void {
    const match = DATE.exec(text.trim());
    if (match === null || match[1]!.length === 4) return;
    if (Number(match[1]) > 12) this.dayFirst += 1;
    else if (Number(match[2]) > 12) this.monthFirst += 1;
    else if (match[1] !== match[2]) this.either += 1;
  }

  /** `null` when it could be either, and it matters. */
  get order(): DateOrder | null {
    if (this.dayFirst !== this.monthFirst) return this.dayFirst > this.monthFirst ? 'dmy' : 'mdy';
    return this.either === 0 && this.dayFirst === 0 ? 'ymd' : null;
  }
}

/** `YYYY-MM-DD`; `null` for what is no date. A year in front needs no order. */
export function readDay(text: string, order: DateOrder): string | null {
  const match = DATE.exec(text.trim());
  if (match === null) return null;
  const [first, second, third] = [match[1]!, match[2]!, match[3]!];
  if (first.length === 4) return dayOf(first, second, third);
  return order === 'mdy' ? dayOf(third, first, second) : dayOf(third, second, first);
}

const dayOf = (year: string, month: string, day: string): string | null =>
  year.length === 4 && day.length <= 2 ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : null;

/** `HH:MM:SS` of a clock with 24 or with twice twelve hours. */
export function readClock(text: string): string | null {
  const match = TIME.exec(text.replaceAll(/[\u00a0\u202f]/g, ' ').trim());
  if (match === null) return null;
  const [, hours, minutes, seconds = '00', half] = match;
  const hour = half === undefined ? Number(hours) : twelveHours(Number(hours), half.toLowerCase());
  return hour > 23 ? null : `${String(hour).padStart(2, '0')}:${minutes}:${seconds}`;
}

const twelveHours = (hour: number, half: string): number =>
  hour < 1 || hour > 12 ? 24 : (hour % 12) + (half === 'p' ? 12 : 0);

/** Whole seconds of `H:MM` or `H:MM:SS`. */
export function readDuration(text: string): number | null {
  const match = DURATION.exec(text.trim());
  if (match === null) return null;
  const [, hours, minutes, seconds = '0'] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
