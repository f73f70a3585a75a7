import { parseInstant } from '../../../common/instant.js';
import { unreadable } from './desk.errors.js';

export type Row = Readonly<Record<string, unknown>>;

/** An answer that is not shaped as Zoho Desk specifies it. Only `decode` sees it. */
export class ShapeError extends Error {}

/** @throws ProviderError `unavailable` in place of a `ShapeError` */
export function decode<T>(read: () => T, isWrite: boolean): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ShapeError ? unreadable(error.message, isWrite) : error;
  }
}

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function asRow(value: unknown): Row {
  if (isRow(value)) return value;
  throw new ShapeError('an object was expected');
}

/** The rows of a list. An empty list is "no content", `undefined` here. */
export function rowsIn(answer: unknown): Row[] {
  if (answer === undefined) return [];
  const list = asRow(answer).data;
  if (Array.isArray(list)) return list.map(asRow);
  throw new ShapeError('a list was expected');
}

/** Ids have up to nineteen digits, and come as text because a number would lose the last ones. */
export const isId = (value: string): boolean => /^[1-9]\d{0,19}$/.test(value);

export function idOf(value: unknown): string {
  const id = idOrNull(value);
  if (id !== null) return id;
  throw new ShapeError('an id is missing or no integer');
}

export function idOrNull(value: unknown): string | null {
  const text = typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : '';
  return isId(text) ? text : null;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whether it says yes: truth values come as such and as text. */
export const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** A number of hours, minutes or seconds, which comes as such, as text, or not at all. */
export function countOf(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0;
  const count = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new ShapeError('a duration is no whole number');
}

/** An instant, which comes as ISO text or as milliseconds, cut to the second; `null` where there is none. */
export function instantOf(value: unknown): Date | null {
  if (value === undefined || value === null || value === '') return null;
  const isMilliseconds = typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value));
  const parsed = parseInstant(isMilliseconds ? Math.floor(Number(value) / 1000) : value);
  if (parsed.ok) return new Date(Math.floor(parsed.instant.getTime() / 1000) * 1000);
  throw new ShapeError('a time is none');
}
