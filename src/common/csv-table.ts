import type { CellKind, TableColumn } from './spreadsheet.js';
import { csvField } from './spreadsheet-text.js';

/** Without it spreadsheets read UTF-8 as the alphabet of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

export const csvHeader = <Row>(columns: readonly TableColumn<Row>[]): string =>
  BYTE_ORDER_MARK + lineOf(columns.map(({ header }) => csvField(header)));

/** One row as a line of RFC 4180 text. */
export const csvLine = <Row>(columns: readonly TableColumn<Row>[], row: Row): string =>
  lineOf(columns.map((column) => fieldOf(column, row)));

/** `26:03:05`: hours go on beyond a day. Cut to whole seconds. */
export function durationText(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  return [Math.floor(whole / 3600), ...parts].join(':');
}

const lineOf = (fields: readonly string[]): string => `${fields.join(',')}\r\n`;

function fieldOf<Row>({ kind, value }: TableColumn<Row>, row: Row): string {
  const cell = value(row);
  if (cell === null) return '';
  if (cell instanceof Date) return dateText(kind, cell);
  if (typeof cell === 'string') return csvField(cell);
  return kind === 'duration' ? durationText(cell) : String(cell);
}

/** Only an instant may say which clock it is by. */
function dateText(kind: CellKind, date: Date): string {
  const text = date.toISOString();
  if (kind === 'day') return text.slice(0, 10);
  return kind === 'clock' ? text.slice(0, 19) : text;
}
