import type { Row } from 'exceljs';
import type { StreamingWorkbook } from '../common/spreadsheet.js';
import { WorkbookTurns } from '../common/workbook-turns.js';
import type { ReportFrame } from './report.js';
import { REPORT_WORDS, type ReportWords } from './report-words.js';
import { addDataBars, columnLetters, PRINTED, putCell, styleHeader, styleTotals } from './sheet-style.js';
import type { Tally, WeekTotals } from './tally.js';

type Sheet = ReturnType<StreamingWorkbook['addWorksheet']>;

/** Name, service and total stand before the weeks. */
const TOTAL_COLUMN = 3;

/** Time per project and per person, a column for each week, with bars over the totals and over the weeks. */
export async function writeSummary(
  workbook: StreamingWorkbook,
  frame: ReportFrame,
  tally: Tally,
  turns: WorkbookTurns,
): Promise<void> {
  const words = REPORT_WORDS[frame.locale];
  const weeks = tally.weeks(frame.range);
  const sheet = workbook.addWorksheet('Summary', {
    views: [{ state: 'frozen', xSplit: TOTAL_COLUMN, ySplit: 1 }],
    pageSetup: PRINTED,
  });
  sheet.columns = [{ width: 32 }, { width: 14 }, { width: 14 }, ...weeks.map(() => ({ width: 14 }))];
  const projects = tally.projects().map((totals) => ({ ...totals, name: totals.name || words.noProject }));
  const next = await writeTable(sheet, 1, { title: words.perProject, lines: projects, weeks, words, turns });
  await writeTable(sheet, next + 1, { title: words.perUser, lines: tally.users(), weeks, words, turns });
  sheet.commit();
}

interface Table {
  title: string;
  lines: readonly WeekTotals[];
  weeks: readonly string[];
  words: ReportWords;
  turns: WorkbookTurns;
}

/** @returns the row after the table */
async function writeTable(
  sheet: Sheet,
  firstRow: number,
  { title, lines, weeks, words, turns }: Table,
): Promise<number> {
  const header = sheet.getRow(firstRow);
  header.values = [title, words.service, words.total, ...weeks.map((week) => `${words.weekFrom} ${week}`)];
  styleHeader(header);
  header.commit();
  for (const [index, line] of lines.entries()) {
    lineAt(sheet, firstRow + 1 + index, line, weeks).commit();
    await turns.wrote(weeks.length);
  }
  const totalsRow = firstRow + lines.length + 1;
  const totals = lineAt(sheet, totalsRow, sumOf(words.totals, lines), weeks);
  styleTotals(totals);
  totals.commit();
  if (lines.length > 0) {
    const rows = [firstRow + 1, totalsRow - 1];
    const total = columnLetters(TOTAL_COLUMN);
    addDataBars(sheet, `${total}${rows[0]}:${total}${rows[1]}`);
    addDataBars(
      sheet,
      `${columnLetters(TOTAL_COLUMN + 1)}${rows[0]}:${columnLetters(TOTAL_COLUMN + weeks.length)}${rows[1]}`,
    );
  }
  return totalsRow + 1;
}

function lineAt(sheet: Sheet, rowNumber: number, line: WeekTotals, weeks: readonly string[]): Row {
  const row = sheet.getRow(rowNumber);
  putCell(row, 1, 'text', line.name);
  putCell(row, 2, 'text', line.source ?? '');
  putCell(row, TOTAL_COLUMN, 'duration', line.milliseconds / 1000);
  for (const [index, week] of weeks.entries()) {
    putCell(row, TOTAL_COLUMN + 1 + index, 'duration', (line.weeks.get(week) ?? 0) / 1000);
  }
  return row;
}

function sumOf(name: string, lines: readonly WeekTotals[]): WeekTotals {
  const weeks = new Map<string, number>();
  let milliseconds = 0;
  for (const line of lines) {
    milliseconds += line.milliseconds;
    for (const [week, time] of line.weeks) weeks.set(week, (weeks.get(week) ?? 0) + time);
  }
  return { name, source: null, weeks, milliseconds };
}
