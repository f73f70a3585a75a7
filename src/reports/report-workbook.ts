import type { Writable } from 'node:stream';
import { openWorkbook } from '../common/spreadsheet.js';
import { WorkbookTurns } from '../common/workbook-turns.js';
import { writeDays } from './days-sheet.js';
import { writeNotes } from './notes-sheet.js';
import type { Report } from './report.js';
import { writeSessions } from './sessions-sheet.js';
import { writeSummary } from './summary-sheet.js';
import { Tally } from './tally.js';

/**
 * Writes the workbook of a report into `output` while its entries are read, and ends it: the sheets Sessions, Days, Summary
 * and Notes. There is no formula in it; text is text whatever it begins with.
 * @returns what was added up
 */
export async function writeReportWorkbook(report: Report, output: Writable): Promise<Tally> {
  const workbook = await openWorkbook(output, report.now);
  const tally = new Tally(report);
  const turns = new WorkbookTurns(output);
  await writeSessions(workbook, report, tally, turns);
  if (turns.isAbandoned) return tally;
  await writeDays(workbook, report, tally, turns);
  await writeSummary(workbook, report, tally, turns);
  writeNotes(workbook, report, tally);
  await workbook.commit();
  return tally;
}
