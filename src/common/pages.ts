import { ApiPropertyOptional } from '@nestjs/swagger';
import { badRequest } from './errors.js';
import { IsCountText, IsText, Optional } from './validation.js';

export const MAX_PAGE = 1000;

/** What every list takes in its query. */
export class PageQuery {
  @ApiPropertyOptional({ description: 'At most this many items', minimum: 1, maximum: MAX_PAGE, example: 100 })
  @Optional()
  @IsCountText(1, MAX_PAGE)
  limit?: number;

  @ApiPropertyOptional({ description: 'Where the page before ended: its `next_cursor`, unchanged', example: 'WzQyXQ' })
  @Optional()
  @IsText(1024, 1)
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  /** Where the next page starts; absent on the last one. */
  nextCursor?: string;
}

/** Kinds of the values a list is sorted by: safe integers (ids), instants in milliseconds, or text. */
export type CursorKind = 'integer' | 'instant' | 'text';
type ValueOf<Kind> = Kind extends 'text' ? string : number;

/** The years 1 to 9999, which PostgreSQL and JavaScript both know. */
const isStorable = (time: number): boolean =>
  time >= Date.parse('0001-01-01T00:00:00Z') && time < Date.parse('9999-12-31T00:00:00Z');
export type CursorValues<Kinds extends readonly CursorKind[]> = { -readonly [K in keyof Kinds]: ValueOf<Kinds[K]> };

/** The sort key of a row as an opaque text. */
export const encodeCursor = (values: readonly (number | string)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/**
 * The sort key behind a cursor, or `undefined` for the first page.
 * @param kinds the kinds of the key's parts, in order; every part is checked
 * @throws DomainError 400 `PAGE.BAD_CURSOR` for anything this list did not hand out
 */
export function decodeCursor<const Kinds extends readonly CursorKind[]>(
  cursor: string | undefined,
  kinds: Kinds,
): CursorValues<Kinds> | undefined {
  if (cursor === undefined) return undefined;
  const values = parse(cursor);
  const isOurs =
    Array.isArray(values) &&
    values.length === kinds.length &&
    values.every((value, index) => isOfKind(value, kinds[index]!)) &&
    // Only the exact spelling: base64 has many texts for the same bytes.
    encodeCursor(values) === cursor;
  if (!isOurs) throw badRequest('PAGE.BAD_CURSOR', 'cursor is not one that this list handed out');
  return values as CursorValues<Kinds>;
}

/**
 * Cuts a page out of rows that were read with `limit + 1`, so that the last page is known without a count.
 * @param keyOf the sort key of a row, as `decodeCursor` will be asked for it
 */
export function cutPage<T>(rows: T[], limit: number, keyOf: (row: T) => readonly (number | string)[]): Page<T> {
  if (rows.length <= limit) return { items: rows };
  const items = rows.slice(0, limit);
  return { items, nextCursor: encodeCursor(keyOf(items[limit - 1]!)) };
}

/** The envelope of a list: `next_cursor` beside `result`. */
export const pageEnvelope = <T>(items: T[], nextCursor: string | undefined): { result: T[]; next_cursor?: string } =>
  nextCursor === undefined ? { result: items } : { result: items, next_cursor: nextCursor };

function isOfKind(value: unknown, kind: CursorKind): boolean {
  if (kind === 'integer') return Number.isSafeInteger(value);
  if (kind === 'instant') return Number.isInteger(value) && isStorable(value as number);
  return typeof value === 'string' && !value.includes('\0');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
