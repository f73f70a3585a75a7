import excel from 'exceljs';
import type { ReportEntry } from '../../src/reports/report-entry.js';
import type { EntryContent } from '../../src/time-entries/time-entry.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { TestApp } from './app.js';
import { content } from './entries.js';

/** Writes worked time into the ledger of an app, as people did. */
export async function work(app: TestApp, userId: number, entries: readonly Partial<EntryContent>[]): Promise<number[]> {
  const author = { actor: { kind: 'user', id: String(userId) }, origin: null } as const;
  const changes = entries.map((values) => ({ kind: 'create' as const, userId, content: content(values) }));
  const applied = await app.transactions.run((tx) => app.get(TimeEntriesService).apply(changes, author, tx));
  return applied.map(({ entry }) => entry!.id);
}

export async function readWorkbook(bytes: ArrayBuffer): Promise<excel.Workbook> {
  const workbook = new excel.Workbook();
  await workbook.xlsx.load(bytes);
  return workbook;
}

/** exceljs reads a cell with a duration's format as a date counted from its epoch. */
export function secondsIn(value: excel.CellValue): number {
  const days = value instanceof Date ? (value.getTime() - Date.UTC(1899, 11, 30)) / 86_400_000 : (value as number);
  return Math.round(days * 86_400_000) / 1000;
}

/** The cells of a sheet row by row, without the gap at index 0. */
export function rowsOf(sheet: excel.Worksheet): excel.CellValue[][] {
  const rows: excel.CellValue[][] = [];
  sheet.eachRow((row) => rows.push((row.values as excel.CellValue[]).slice(1)));
  return rows;
}

/** An entry as reports read it: of Ana, in Madrid, approved. */
export function reportEntry(values: Partial<ReportEntry> & { startedAt: Date }): ReportEntry {
  return {
    id: 1,
    userId: 1,
    userName: 'Ana',
    source: 'clockify',
    externalId: 'e1',
    workspaceId: 'w1',
    description: 'Reading',
    projectName: 'House',
    taskName: null,
    tags: [],
    category: null,
    endedAt: null,
    isRunning: false,
    timeZone: 'Europe/Madrid',
    offsetStartSeconds: 3600,
    offsetEndSeconds: 3600,
    timePrecision: 'second',
    validStartedAt: values.startedAt,
    validEndedAt: values.endedAt ?? null,
    isOvertime: false,
    timeEditCount: 0,
    reviewStatus: 'approved',
    observation: '',
    ...values,
  };
}
