/** Nobody works a month without a break: a typed entry longer than this is a typing error. */
export const LONGEST_DAYS = 31;

export const endsBeforeStart = (start: Date, end: Date | null): boolean => end !== null && end < start;

export const isTooLong = (start: Date, end: Date | null): boolean =>
  end !== null && end.getTime() - start.getTime() > LONGEST_DAYS * 86_400_000;

/** Clocks differ a little; a running entry that begins later than this has not begun. */
const AHEAD_MILLISECONDS = 60_000;

export const liesAhead = (start: Date, now: Date): boolean => start.getTime() > now.getTime() + AHEAD_MILLISECONDS;
