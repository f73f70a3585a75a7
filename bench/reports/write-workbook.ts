import { writeReportWorkbook } from '../../src/reports/report-workbook.js';
import { sessionsReport } from './sessions-report.js';
import { measureWriting, workbookInput } from './workbook-contract.js';

/** A process that does what the application does for a report: reads the ledger and writes the workbook. */
const input = workbookInput();
await import('exceljs');
await measureWriting(input.file, (output) => writeReportWorkbook(sessionsReport(input), output));
