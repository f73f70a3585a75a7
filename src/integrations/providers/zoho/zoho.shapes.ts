import { unreadable } from './zoho.errors.js';

export type Row = Readonly<Record<string, unknown>>;

/** An answer that is not shaped as Zoho specifies it. Only `decode` sees it. */
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

/** The rows of a list: bare, or under its name. "No content" is an empty list. */
export function rowsIn(value: unknown, name: string): Row[] {
  if (value === undefined) return [];
  const list = isRow(value) ? value[name] : value;
  if (Array.isArray(list)) return list.map(asRow);
  throw new ShapeError(`a list of ${name} was expected`);
}

/** Whether Zoho says that more pages follow; `null` when it says nothing. The flag comes as a truth value and as text. */
export function hasNextPage(value: unknown): boolean | null {
  const info = isRow(value) ? value.page_info : undefined;
  const [page] = Array.isArray(info) ? (info as unknown[]) : [info];
  const flag = isRow(page) ? page.has_next_page : undefined;
  return flag === undefined || flag === null ? null : flag === true || flag === 'true';
}

/** Zoho's ids have up to twenty digits, and come as text because a number would lose the last ones. */
export const isId = (value: string): boolean => /^[1-9]\d{0,19}$/.test(value);

export function idOf(value: unknown): string {
  const text = typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : '';
  if (isId(text)) return text;
  throw new ShapeError('an id is missing or no integer');
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const firstText = (...values: unknown[]): string => values.map(textOf).find((text) => text !== '') ?? '';
