import { csvHeader, csvLine } from '../common/csv-table.js';
import type { Row } from './compare.js';
import { ROW_COLUMNS } from './row-columns.js';

/** The rows as RFC 4180 text, line by line. */
export function* csvLines(rows: readonly Row[]): Generator<string> {
  yield csvHeader(ROW_COLUMNS);
  for (const row of rows) yield csvLine(ROW_COLUMNS, row);
}
