/** 1970-01-01 … 2099-12-31: outside it a number was milliseconds, or a mistake. */
const EARLIEST = 0;
const LATEST = Date.UTC(2100, 0, 1);

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})$/;

export type ParsedInstant = { ok: true; instant: Date } | { ok: false; isImpossible: boolean };

/**
 * An instant given as unix seconds (a number, fractions allowed) or as ISO 8601 with a zone. Well-formed but impossible ones
 * (30 February, the year 300000, milliseconds taken for seconds) are told apart from what is no instant at all.
 */
export function parseInstant(value: unknown): ParsedInstant {
  if (typeof value === 'number') return Number.isFinite(value) ? checked(Math.round(value * 1000)) : malformed;
  if (typeof value !== 'string') return malformed;
  const match = ISO.exec(value);
  if (match === null) return malformed;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as number[];
  const probe = new Date(Date.UTC(year!, month! - 1, day!, hour, minute, second));
  const isCalendarDate = probe.getUTCMonth() === month! - 1 && probe.getUTCDate() === day;
  if (!isCalendarDate || hour! > 23 || minute! > 59 || second! > 59 || offsetOf(match[8]!) === null) return impossible;
  return checked(probe.getTime() + milliseconds(match[7]) - offsetOf(match[8]!)! * 60_000);
}

/** Like `parseInstant`, where numbers arrive as text: in a query string. */
export function parseInstantText(value: unknown): ParsedInstant {
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)
    ? parseInstant(Number(value))
    : parseInstant(value);
}

/** Unix seconds with at most three decimals, as the API answers them. */
export const toUnixSeconds = (instant: Date): number => instant.getTime() / 1000;

const malformed: ParsedInstant = { ok: false, isImpossible: false };
const impossible: ParsedInstant = { ok: false, isImpossible: true };

function checked(time: number): ParsedInstant {
  return time >= EARLIEST && time < LATEST ? { ok: true, instant: new Date(time) } : impossible;
}

const milliseconds = (fraction: string | undefined): number =>
  fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));

/** Minutes east of UTC, or null for an offset no place on earth has. */
function offsetOf(text: string): number | null {
  if (text === 'Z') return 0;
  const digits = text.replace(':', '');
  const hours = Number(digits.slice(1, 3));
  const minutes = Number(digits.slice(3, 5));
  if (hours > 14 || minutes > 59) return null;
  return (digits.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
