import type { CellKind, CellValue, StreamingWorkbook } from '../common/spreadsheet.js';
import type { ReportFrame } from './report.js';
import { REPORT_WORDS } from './report-words.js';
import { PRINTED, putCell, styleHeader } from './sheet-style.js';
import type { Tally } from './tally.js';

type Line = readonly [label: string, kind: CellKind, value: CellValue];

/** What the workbook is about, by which rules it was made, and what it leaves out. */
export function writeNotes(workbook: StreamingWorkbook, frame: ReportFrame, tally: Tally): void {
  const { notes } = REPORT_WORDS[frame.locale];
  const sheet = workbook.addWorksheet('Notes', { pageSetup: PRINTED });
  sheet.columns = [{ width: 44 }, { width: 60 }];
  for (const line of [...aboutLines(frame), ...figureLines(frame, tally)]) writeLine(sheet, line);
  writeParagraphs(sheet, notes.rules, rulesOf(frame));
  writeParagraphs(sheet, notes.excluded, [`${notes.deleted}: ${frame.deleted}`, notes.health]);
  sheet.commit();
}

function aboutLines({ locale, person, range, timeZone, now }: ReportFrame): Line[] {
  const { notes } = REPORT_WORDS[locale];
  return [
    [notes.person, 'text', person === null ? notes.everybody : person.name],
    [notes.period, 'text', `${range.from} – ${range.to}`],
    [notes.timeZone, 'text', timeZone],
    [notes.madeAt, 'instant', now],
  ];
}

function figureLines({ locale }: ReportFrame, tally: Tally): Line[] {
  const { notes } = REPORT_WORDS[locale];
  return [
    [notes.entries, 'number', tally.entries],
    [notes.duration, 'duration', tally.milliseconds / 1000],
    [notes.validDuration, 'duration', tally.validMilliseconds / 1000],
    [notes.underReview, 'number', tally.underReview],
    [notes.rejected, 'number', tally.rejected],
    [notes.overtime, 'number', tally.overtime],
    [notes.running, 'number', tally.running],
    [notes.drafts, 'number', tally.drafts],
    [notes.knownByDay, 'number', tally.knownByDayOnly],
  ];
}

function rulesOf({ locale, firstWeekday, overtimeHours }: ReportFrame): string[] {
  const { notes } = REPORT_WORDS[locale];
  return [
    notes.selection,
    notes.days,
    notes.dst,
    notes.weeks[firstWeekday],
    notes.rounding,
    notes.runningRule,
    notes.draftRule,
    notes.validRule,
    notes.overtimeRule(overtimeHours),
  ];
}

type Sheet = ReturnType<StreamingWorkbook['addWorksheet']>;

function writeLine(sheet: Sheet, [label, kind, value]: Line): void {
  const row = sheet.addRow([label]);
  row.getCell(1).font = { bold: true };
  putCell(row, 2, kind, value);
  row.getCell(2).alignment = { horizontal: 'left' };
  row.commit();
}

function writeParagraphs(sheet: Sheet, title: string, paragraphs: readonly string[]): void {
  sheet.addRow([]).commit();
  const header = sheet.addRow([title]);
  styleHeader(header);
  header.commit();
  for (const paragraph of paragraphs) sheet.addRow([paragraph]).commit();
}
