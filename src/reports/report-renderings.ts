import { Readable } from 'node:stream';
import { readableFrom, WORKBOOK_TYPE, type Rendering } from '../common/rendering.js';
import { reportCsv } from './report-csv.js';
import { reportJson } from './report-json.js';
import { writeReportWorkbook } from './report-workbook.js';
import type { Report, ReportFrame } from './report.js';

export const REPORT_FORMATS = ['xlsx', 'csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface RenderOptions {
  format: ReportFormat;
  /** JSON as `{"result": …}`. */
  isEnveloped: boolean;
}

export function renderReport(report: Report, { format, isEnveloped }: RenderOptions): Rendering {
  const fileName = reportFileName(report, format);
  if (format === 'xlsx') {
    return {
      contentType: WORKBOOK_TYPE,
      fileName,
      body: readableFrom((output) => writeReportWorkbook(report, output)),
    };
  }
  if (format === 'csv') {
    return { contentType: 'text/csv; charset=utf-8', fileName, body: Readable.from(reportCsv(report)) };
  }
  const json = isEnveloped ? enveloped(reportJson(report)) : reportJson(report);
  return { contentType: 'application/json; charset=utf-8', fileName: null, body: Readable.from(json) };
}

/** `reporte_ana_20261122_120000.xlsx`: the name as people who sort their downloads know it. */
export function reportFileName({ person, now }: Pick<ReportFrame, 'person' | 'now'>, format: ReportFormat): string {
  const name =
    person === null
      ? 'todos'
      : person.name
          .toLowerCase()
          .replaceAll(/[^a-z0-9_-]/g, '_')
          .slice(0, 60);
  const moment = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '_').slice(0, 15);
  return `reporte_${name}_${moment}.${format}`;
}

async function* enveloped(json: AsyncIterable<string>): AsyncGenerator<string> {
  yield '{"result":';
  yield* json;
  yield '}';
}
