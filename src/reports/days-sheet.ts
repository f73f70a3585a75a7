import { excelValue, filterAll, NUMBER_FORMATS, type CellKind, type StreamingWorkbook } from '../common/spreadsheet.js';
import { WorkbookTurns } from '../common/workbook-turns.js';
import { offsetSeconds } from '../time-entries/offsets.js';
import { weekStartOf } from './period.js';
import type { ReportFrame } from './report.js';
import { REPORT_WORDS, type ReportWords } from './report-words.js';
import { addDataBars, markAlert, PRINTED, putCell, styleHeader, styleTotals } from './sheet-style.js';
import type { DayTotal, Tally } from './tally.js';

const SHAPES: readonly (readonly [width: number, kind: CellKind])[] = [
  [24, 'text'],
  [16, 'day'],
  [20, 'clock'],
  [20, 'clock'],
  [8, 'number'],
  [14, 'duration'],
  [16, 'decimal'],
  [10, 'text'],
  [14, 'number'],
];
const DURATION_COLUMN = 6;

/** A row for each person and day, cut at the midnights of the report's zone. Their sum is the sum of the sessions. */
export async function writeDays(
  workbook: StreamingWorkbook,
  frame: ReportFrame,
  tally: Tally,
  turns: WorkbookTurns,
): Promise<void> {
  const words = REPORT_WORDS[frame.locale];
  const sheet = workbook.addWorksheet('Days', { views: [{ state: 'frozen', ySplit: 1 }], pageSetup: PRINTED });
  sheet.columns = SHAPES.map(([width, kind], index) => ({
    header: words.days[index]!,
    width,
    style: NUMBER_FORMATS[kind] === undefined ? {} : { numFmt: NUMBER_FORMATS[kind] },
  }));
  const header = sheet.getRow(1);
  styleHeader(header);
  header.commit();
  const days = tally.days();
  for (const day of days) {
    const values = valuesOf(day, frame, words);
    const row = sheet.addRow(values.map((value, index) => excelValue(SHAPES[index]![1], value)));
    // A weekday in the reader's language, beside a value that is still a date.
    row.getCell(2).numFmt = `"${weekdayOf(day.day, words)}" yyyy-mm-dd`;
    if (day.hasOvertime) markAlert(row);
    row.commit();
    await turns.wrote(SHAPES.length);
  }
  const totals = sheet.addRow([words.totals]);
  putCell(totals, DURATION_COLUMN, 'duration', tally.milliseconds / 1000);
  putCell(totals, DURATION_COLUMN + 1, 'decimal', tally.milliseconds / 3_600_000);
  styleTotals(totals);
  totals.commit();
  filterAll(sheet, days.length, SHAPES.length);
  if (days.length > 0) addDataBars(sheet, `F2:F${days.length + 1}`);
  sheet.commit();
}

function valuesOf(total: DayTotal, { timeZone }: ReportFrame, words: ReportWords) {
  return [
    total.userName,
    new Date(`${total.day}T00:00:00Z`),
    onClock(total.start, timeZone),
    onClock(total.end, timeZone),
    total.parts,
    total.milliseconds / 1000,
    total.milliseconds / 3_600_000,
    total.hasOvertime ? words.yes : words.no,
    total.underReview,
  ];
}

/** As the clock of that zone shows it: Excel knows no zones. */
const onClock = (instant: Date, timeZone: string): Date =>
  new Date(instant.getTime() + offsetSeconds(instant, timeZone) * 1000);

function weekdayOf(day: string, { weekday }: ReportWords): string {
  const monday = Date.parse(weekStartOf(day, 'monday'));
  return weekday[(Date.parse(day) - monday) / 86_400_000]!;
}
