import type { Writable } from 'node:stream';
import {
  excelValue,
  filterAll,
  NUMBER_FORMATS,
  openWorkbook,
  type CellKind,
  type CellValue,
  type StreamingWorkbook,
} from '../common/spreadsheet.js';
import { WorkbookTurns } from '../common/workbook-turns.js';
import { ROW_COLUMNS } from './row-columns.js';
import type { Reconciliation } from './reconciliation.service.js';

type SummaryLine = [label: string, kind: CellKind, value: CellValue];

/**
 * Writes a workbook with the sheets Summary and Rows into `output` and ends it. Instants are real dates in UTC, durations
 * real durations; text is text whatever it begins with, and nothing is a formula.
 */
export async function writeWorkbook(found: Reconciliation, output: Writable): Promise<void> {
  const workbook = await openWorkbook(output, found.readAt);
  writeSummary(workbook, found);
  const turns = new WorkbookTurns(output);
  await writeRows(workbook, found, turns);
  // Somebody who went away gets no end, and its bytes would have nowhere to go.
  if (!turns.isAbandoned) await workbook.commit();
}

function writeSummary(workbook: StreamingWorkbook, found: Reconciliation): void {
  const sheet = workbook.addWorksheet('Summary');
  sheet.columns = [{ width: 30 }, { width: 40 }];
  for (const [label, kind, value] of summaryLines(found)) {
    const row = sheet.addRow([label, excelValue(kind, value)]);
    row.getCell(1).font = { bold: true };
    const format = NUMBER_FORMATS[kind];
    if (format !== undefined) row.getCell(2).numFmt = format;
    row.getCell(2).alignment = { horizontal: 'left' };
    row.commit();
  }
  sheet.commit();
}

function summaryLines({ integrationName, window, completeFrom, readAt, summary }: Reconciliation): SummaryLine[] {
  const since: SummaryLine[] = completeFrom === null ? [] : [['Compared only since (UTC)', 'instant', completeFrom]];
  return [
    ['Account', 'text', integrationName],
    ['From (UTC)', 'instant', window.from],
    ['To (UTC)', 'instant', window.to],
    ...since,
    ['Read at (UTC)', 'instant', readAt],
    ['Matched', 'number', summary.matched],
    ['Different', 'number', summary.different],
    ['Only there', 'number', summary.only_there],
    ['Only here', 'number', summary.only_here],
    ['Locked', 'number', summary.locked],
    ['Time there', 'duration', summary.secondsThere],
    ['Time here', 'duration', summary.secondsHere],
    ['Difference in seconds, here less there', 'number', summary.secondsHere - summary.secondsThere],
  ];
}

async function writeRows(workbook: StreamingWorkbook, { rows }: Reconciliation, turns: WorkbookTurns): Promise<void> {
  const sheet = workbook.addWorksheet('Rows', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = ROW_COLUMNS.map(({ header, width, kind }) => ({
    header,
    width,
    style: NUMBER_FORMATS[kind] === undefined ? {} : { numFmt: NUMBER_FORMATS[kind] },
  }));
  const header = sheet.getRow(1);
  header.font = { bold: true };
  header.commit();
  for (const row of rows) {
    sheet.addRow(ROW_COLUMNS.map(({ kind, value }) => excelValue(kind, value(row)))).commit();
    await turns.wrote(ROW_COLUMNS.length);
    if (turns.isAbandoned) return;
  }
  filterAll(sheet, rows.length, ROW_COLUMNS.length);
  sheet.commit();
}
