import { setImmediate as nextTurn } from 'node:timers/promises';
import excel from 'exceljs';
import { excelValue, NUMBER_FORMATS, type CellValue } from '../../src/common/spreadsheet.js';
import { sessionColumns } from '../../src/reports/session-columns.js';
import { sessionsReport } from './sessions-report.js';
import { measureWriting, workbookInput } from './workbook-contract.js';

/** A process that has every cell in memory and does nothing but hand them to exceljs. */
const input = workbookInput();
const report = sessionsReport(input);
const columns = sessionColumns(report);
const rows: CellValue[][] = [];
for await (const batch of report.batches) {
  for (const entry of batch) rows.push(columns.map(({ kind, value }) => excelValue(kind, value(entry))));
}
await measureWriting(input.file, async (output) => {
  const workbook = new excel.stream.xlsx.WorkbookWriter({ stream: output, useStyles: true });
  const sheet = workbook.addWorksheet('Sessions');
  sheet.columns = columns.map(({ header, width, kind }) => ({
    header,
    width,
    style: NUMBER_FORMATS[kind] === undefined ? {} : { numFmt: NUMBER_FORMATS[kind] },
  }));
  for (const [index, row] of rows.entries()) {
    sheet.addRow(row).commit();
    if (index % 100 === 99) await nextTurn();
  }
  sheet.commit();
  await workbook.commit();
});
