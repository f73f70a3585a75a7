import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { WORKBOOK_TYPE } from '../common/rendering.js';
import type { MailFile } from '../mail/mail.js';
import { reportFileName } from './report-renderings.js';
import { writeReportWorkbook } from './report-workbook.js';
import type { Report } from './report.js';
import type { RunTotals } from './report-run.js';

/** The workbook of a report as a whole, for mails, and what it adds up to. */
export async function makeFile(report: Report): Promise<{ file: MailFile; totals: RunTotals }> {
  const output = new PassThrough();
  const read = buffer(output);
  const written = writeReportWorkbook(report, output).catch((error: Error) => {
    output.destroy(error);
    throw error;
  });
  const [tally, content] = await Promise.all([written, read]);
  const { entries, milliseconds, validMilliseconds, underReview } = tally;
  const totals = { entries, milliseconds, validMilliseconds, underReview };
  return { totals, file: { fileName: reportFileName(report, 'xlsx'), contentType: WORKBOOK_TYPE, content } };
}
