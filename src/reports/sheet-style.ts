import type { Alignment, Borders, DataBarRuleType, Fill, Font, Row, Worksheet } from 'exceljs';
import { excelValue, NUMBER_FORMATS, type CellKind, type CellValue } from '../common/spreadsheet.js';

const BLUE = 'FF2B4C7E';
const HEADER_FILL: Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: BLUE } };
const TOTALS_BORDER: Partial<Borders> = { top: { style: 'double' } };
const ALERT_FILL: Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFCE4E1' } };
const BOLD: Partial<Font> = { bold: true };
const WRAPPED: Partial<Alignment> = { vertical: 'middle', wrapText: true };

/** Landscape, as wide as the paper, with the header on every page. */
export const PRINTED = {
  paperSize: 9,
  orientation: 'landscape',
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
  printTitlesRow: '1:1',
} as const;

export function styleHeader(row: Row): void {
  row.height = 32;
  row.eachCell((cell) => {
    cell.font = { ...BOLD, color: { argb: 'FFFFFFFF' } };
    cell.fill = HEADER_FILL;
    cell.alignment = WRAPPED;
  });
}

export function styleTotals(row: Row): void {
  row.eachCell({ includeEmpty: true }, (cell) => {
    cell.font = BOLD;
    cell.border = TOTALS_BORDER;
  });
}

export function markAlert(row: Row): void {
  row.eachCell({ includeEmpty: true }, (cell) => {
    cell.fill = ALERT_FILL;
  });
}

/** Writes a cell whose column says nothing about its kind. */
export function putCell(row: Row, column: number, kind: CellKind, value: CellValue): void {
  const cell = row.getCell(column);
  cell.value = excelValue(kind, value);
  const format = NUMBER_FORMATS[kind];
  if (format !== undefined) cell.numFmt = format;
}

/** Bars as long as the values, from nothing to the largest. */
export function addDataBars(sheet: Worksheet, ref: string): void {
  const rule = {
    type: 'dataBar',
    priority: 1,
    cfvo: [{ type: 'num', value: 0 }, { type: 'max' }],
    color: { argb: 'FF8FB4E3' },
  };
  // The types of exceljs leave out the colour, which it writes.
  sheet.addConditionalFormatting({ ref, rules: [rule as unknown as DataBarRuleType] });
}

/** `A`, `Z`, `AA`, … of a column counted from 1. */
export function columnLetters(column: number): string {
  const rest = (column - 1) % 26;
  const first = column > 26 ? columnLetters(Math.floor((column - 1) / 26)) : '';
  return first + String.fromCodePoint(65 + rest);
}
