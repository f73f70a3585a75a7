import type { Writable } from 'node:stream';
import type { Worksheet, stream } from 'exceljs';
import { cellText } from './spreadsheet-text.js';

export type StreamingWorkbook = stream.xlsx.WorkbookWriter;

/** Numbers of seconds are told apart from other numbers by the column they stand in. */
export type CellValue = string | number | Date | null;

/** `duration` in seconds, `day` a date without a time, `clock` what a clock on the wall showed, `decimal` shown with two places. */
export type CellKind = 'text' | 'number' | 'decimal' | 'instant' | 'clock' | 'day' | 'duration';

/** A column of a table, for workbooks and CSV. */
export interface TableColumn<Row> {
  header: string;
  /** In characters. */
  width: number;
  kind: CellKind;
  value: (row: Row) => CellValue;
}

const DAY_SECONDS = 86_400;

export const NUMBER_FORMATS: Partial<Record<CellKind, string>> = {
  instant: 'yyyy-mm-dd hh:mm:ss',
  clock: 'yyyy-mm-dd hh:mm:ss',
  day: 'yyyy-mm-dd',
  duration: '[h]:mm:ss',
  decimal: '0.00',
};

/** A workbook that is written into `output` while it is made; committing it ends the output. */
export async function openWorkbook(output: Writable, createdAt: Date): Promise<StreamingWorkbook> {
  // Loaded when it is needed: it is large, and most processes never write a workbook.
  const { default: excel } = await import('exceljs');
  const options = { stream: output, useStyles: true, created: createdAt, creator: 'Timesheet' };
  return new excel.stream.xlsx.WorkbookWriter(options);
}

/** Only texts, numbers and dates get into a cell: of objects exceljs would make formulas and links. */
export function excelValue(kind: CellKind, value: CellValue): CellValue {
  if (typeof value === 'string') return cellText(value);
  if (typeof value === 'number' && kind === 'duration') return value / DAY_SECONDS;
  return value;
}

/** Lets people filter a table whose header is row 1. */
export function filterAll(sheet: Worksheet, rowCount: number, columnCount: number): void {
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rowCount + 1, column: columnCount } };
}
