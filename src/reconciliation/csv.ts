import { csvField } from '../common/spreadsheet-text.js';
import type { Row } from './compare.js';
import { durationText, ROW_COLUMNS, type Column } from './row-columns.js';

/** Without it spreadsheets read UTF-8 as the alphabet of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

/** The rows as RFC 4180 text, line by line. */
export function* csvLines(rows: readonly Row[]): Generator<string> {
  yield BYTE_ORDER_MARK + lineOf(ROW_COLUMNS.map(({ header }) => csvField(header)));
  for (const row of rows) yield lineOf(ROW_COLUMNS.map((column) => fieldOf(column, row)));
}

const lineOf = (fields: readonly string[]): string => `${fields.join(',')}\r\n`;

function fieldOf({ kind, value }: Column, row: Row): string {
  const cell = value(row);
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'string') return csvField(cell);
  return kind === 'duration' ? durationText(cell) : String(cell);
}
