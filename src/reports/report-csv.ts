import { csvHeader, csvLine } from '../common/csv-table.js';
import type { Report } from './report.js';
import { sessionColumns } from './session-columns.js';

/** The rows of the sheet of sessions, without totals: whoever reads CSV adds up by themselves. */
export async function* reportCsv(report: Report): AsyncGenerator<string> {
  const columns = sessionColumns(report);
  yield csvHeader(columns);
  for await (const batch of report.batches) yield batch.map((entry) => csvLine(columns, entry)).join('');
}
