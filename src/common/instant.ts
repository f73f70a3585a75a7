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
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  return match === null ? malformed : fromParts(match);
}

function fromParts(match: RegExpExecArray): ParsedInstant {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part || 0));
  const time = Date.UTC(year!, month! - 1, day, hour, minute, second);
  // A part beyond its range moves the others: then the text read back is another one.
  const written = [match[1], match[2], match[3], match[4], match[5], match[6] ?? '00'].join('');
  const offset = offsetOf(match[8]!);
  if (new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14) !== written || offset === null) return impossible;
  return checked(time + milliseconds(match[7]) - offset * 60_000);
}

/** Like `parseInstant`, where numbers arrive as text: in a query string. */
export function parseInstantText(value: unknown): ParsedInstant {
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)
    ? parseInstant(Number(value))
    : parseInstant(value);
}

/** Unix seconds with at most three decimals, as the API answers them. */
export const toUnixSeconds = (instant: Date): number => instant.getTime() / 1000;

/** ISO 8601 in UTC, without the milliseconds where there are none. */
export const toIsoText = <Instant extends Date | null>(instant: Instant) =>
  (instant === null ? null : instant.toISOString().replace('.000Z', 'Z')) as Instant extends Date ? string : null;

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
