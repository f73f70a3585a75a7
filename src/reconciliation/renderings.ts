import { Readable } from 'node:stream';
import { readableFrom, WORKBOOK_TYPE, type Rendering } from '../common/rendering.js';
import { csvLines } from './csv.js';
import { ReconciliationResponse, RowResponse, type Format } from './reconciliation.dto.js';
import type { Reconciliation } from './reconciliation.service.js';
import { writeWorkbook } from './workbook.js';

const ROWS_PER_CHUNK = 200;

export function render(found: Reconciliation, format: Format): Rendering {
  if (format === 'json') {
    return { contentType: 'application/json; charset=utf-8', fileName: null, body: Readable.from(jsonChunks(found)) };
  }
  const fileName = fileNameOf(found, format);
  if (format === 'csv') {
    return { contentType: 'text/csv; charset=utf-8', fileName, body: Readable.from(csvLines(found.rows)) };
  }
  const body = readableFrom((output) => writeWorkbook(found, output));
  return { contentType: WORKBOOK_TYPE, fileName, body };
}

/** `{"result": {…, "rows": […]}}`, a few rows at a time. */
function* jsonChunks(found: Reconciliation): Generator<string> {
  yield `{"result":${JSON.stringify(ReconciliationResponse.headOf(found)).slice(0, -1)},"rows":[`;
  for (let start = 0; start < found.rows.length; start += ROWS_PER_CHUNK) {
    const rows = found.rows.slice(start, start + ROWS_PER_CHUNK).map(RowResponse.from);
    yield (start === 0 ? '' : ',') + rows.map((row) => JSON.stringify(row)).join(',');
  }
  yield ']}}';
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

const fileNameOf = ({ integrationName, window }: Reconciliation, format: Format): string =>
  `Reconciliation ${integrationName} ${dayOf(window.from)} ${dayOf(window.to)}.${format}`;
