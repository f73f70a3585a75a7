import { unprocessable } from '../common/errors.js';
import { dayBounds } from './day-slices.js';

/** Days a search names, `YYYY-MM-DD`. */
export interface DayQuery {
  startDate?: string;
  fromDate?: string;
  toDate?: string;
}

/**
 * The instants between the days of a search, both days included. `startDate` alone is that day, with `toDate` the first of
 * several, like `fromDate`; `toDate` alone is open below.
 * @throws DomainError 422 when the last day lies before the first
 */
export function instantsOf({ startDate, fromDate, toDate }: DayQuery, timeZone: string): { from?: Date; to?: Date } {
  const first = [startDate, fromDate]
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
  const last = toDate ?? startDate;
  if (first !== undefined && last !== undefined && last < first) {
    throw unprocessable('SEARCH.DAYS_REVERSED', `The last day, ${last}, lies before the first, ${first}.`);
  }
  return {
    ...(first !== undefined && { from: dayBounds(first, timeZone).start }),
    ...(last !== undefined && { to: dayBounds(last, timeZone).end }),
  };
}
