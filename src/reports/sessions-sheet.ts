import type { Style } from 'exceljs';
import { excelValue, filterAll, NUMBER_FORMATS, type CellKind, type StreamingWorkbook } from '../common/spreadsheet.js';
import { WorkbookTurns } from '../common/workbook-turns.js';
import type { Report } from './report.js';
import { REPORT_WORDS } from './report-words.js';
import { sessionColumns, SUMMED, type SessionColumn } from './session-columns.js';
import { PRINTED, putCell, styleHeader, styleTotals } from './sheet-style.js';
import type { Tally } from './tally.js';

/** A row for each entry while it is read, and under them the totals: numbers, made of unrounded milliseconds. */
export async function writeSessions(
  workbook: StreamingWorkbook,
  report: Report,
  tally: Tally,
  turns: WorkbookTurns,
): Promise<void> {
  const sheet = workbook.addWorksheet('Sessions', {
    views: [{ state: 'frozen', xSplit: 1, ySplit: 1 }],
    pageSetup: PRINTED,
  });
  const columns = sessionColumns(report);
  sheet.columns = columns.map(({ header, width }) => ({ header, width }));
  const styles = sharedStyles(columns);
  const header = sheet.getRow(1);
  styleHeader(header);
  header.commit();
  for await (const batch of report.batches) {
    for (const entry of batch) {
      tally.add(entry);
      const row = sheet.addRow(columns.map(({ kind, value }) => excelValue(kind, value(entry))));
      for (const [index, style] of styles.entries()) row.getCell(index + 1).style = style;
      row.commit();
      await turns.wrote(columns.length);
    }
    if (turns.isAbandoned) return;
  }
  writeTotals(sheet, report, tally);
  filterAll(sheet, tally.entries, columns.length);
  sheet.commit();
}

/** One object for all cells of a kind: exceljs knows it again, where it works out the style of a column anew in each cell. */
function sharedStyles(columns: readonly SessionColumn[]): Partial<Style>[] {
  const byKind = new Map<CellKind, Partial<Style>>();
  return columns.map(({ kind }) => {
    const format = NUMBER_FORMATS[kind];
    const style = byKind.get(kind) ?? (format === undefined ? {} : { numFmt: format });
    byKind.set(kind, style);
    return style;
  });
}

function writeTotals(sheet: ReturnType<StreamingWorkbook['addWorksheet']>, report: Report, tally: Tally): void {
  const row = sheet.addRow([REPORT_WORDS[report.locale].totals]);
  putCell(row, SUMMED.duration + 1, 'duration', tally.milliseconds / 1000);
  putCell(row, SUMMED.validDuration + 1, 'duration', tally.validMilliseconds / 1000);
  putCell(row, SUMMED.decimal + 1, 'decimal', tally.milliseconds / 3_600_000);
  putCell(row, SUMMED.validDecimal + 1, 'decimal', tally.validMilliseconds / 3_600_000);
  styleTotals(row);
  row.commit();
}
