import type excel from 'exceljs';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { readWorkbook, reportEntry, rowsOf, secondsIn } from '../../test/support/report-world.js';
import type { ReportEntry } from './report-entry.js';
import { writeReportWorkbook } from './report-workbook.js';
import type { Report } from './report.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const PATIENT = { timeout: 10_000 };

async function* inOneBatch(entries: ReportEntry[]): AsyncGenerator<ReportEntry[]> {
  yield entries;
}

const reportOf = (batches: Report['batches']): Report => ({
  range: { from: '2026-11-16', to: '2026-11-22' },
  timeZone: 'Europe/Madrid',
  firstWeekday: 'monday',
  locale: 'es',
  person: { id: 1, name: 'Ana' },
  overtimeHours: 5,
  deleted: 0,
  now: NOW,
  batches,
});

async function workbookOf(entries: ReportEntry[], frame: Partial<Report> = {}): Promise<excel.Workbook> {
  const output = new PassThrough();
  const read = buffer(output);
  await writeReportWorkbook({ ...reportOf(inOneBatch(entries)), ...frame }, output);
  return readWorkbook((await read) as unknown as ArrayBuffer);
}

/** Counts what was asked for. */
async function* inSmallBatches(entries: number, seen: { batches: number }): AsyncGenerator<ReportEntry[]> {
  for (let id = 1; id <= entries; id += 100) {
    seen.batches += 1;
    yield Array.from({ length: 100 }, (_, index) =>
      reportEntry({ id: id + index, startedAt: NOW, description: randomUUID() }),
    );
  }
}

describe('the workbook of a report', () => {
  const short = reportEntry({ startedAt: new Date('2026-11-16T08:00:00Z'), endedAt: new Date('2026-11-16T08:20:00Z') });
  const overMidnight = reportEntry({
    id: 2,
    startedAt: new Date('2026-11-17T21:00:00Z'),
    endedAt: new Date('2026-11-18T03:30:00.500Z'),
    projectName: 'Night',
    isOvertime: true,
    reviewStatus: 'under_review',
    validStartedAt: null,
  });

  it('has the 21 columns in their order, and the sheets people expect', async () => {
    const workbook = await workbookOf([short]);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(['Sessions', 'Days', 'Summary', 'Notes']);
    const [header] = rowsOf(workbook.getWorksheet('Sessions')!);
    expect(header).toEqual([
      'Descripcion',
      'Nombre del proyecto',
      'Nombre de la tarea',
      'Fecha de inicio (UTC)',
      'Fecha de inicio (usuario)',
      'Fecha de fin (UTC)',
      'Fecha de fin (usuario)',
      'Fecha de inicio valida (UTC)',
      'Fecha de inicio valida (usuario)',
      'Fecha de fin valida (UTC)',
      'Fecha de fin valida (usuario)',
      'Duracion',
      'Duracion valida',
      'Duracion(decimal)',
      'Duracion valida(decimal)',
      'Zona Horaria',
      'En curso',
      'Overtime',
      'Modificaciones',
      'Estado',
      'Observacion',
    ]);
  });

  it('writes both clocks as dates and durations as durations that can be summed', async () => {
    const sheet = (await workbookOf([short])).getWorksheet('Sessions')!;
    expect(sheet.getCell('D2').value).toEqual(new Date('2026-11-16T08:00:00Z'));
    expect(sheet.getCell('E2').value).toEqual(new Date('2026-11-16T09:00:00Z'));
    expect(sheet.getCell('L2').numFmt).toBe('[h]:mm:ss');
  });

  it('adds up unrounded values: three times twenty minutes are one hour', async () => {
    const sheet = (await workbookOf([short, { ...short, id: 3 }, { ...short, id: 4 }])).getWorksheet('Sessions')!;
    expect(sheet.getCell('A5').value).toBe('TOTALES');
    expect(sheet.getCell('N5').value).toBe(1);
    expect(sheet.getCell('O5').value).toBe(1);
  });

  it('cuts days at local midnight, and they add up to the sessions', async () => {
    const workbook = await workbookOf([short, overMidnight]);
    const days = rowsOf(workbook.getWorksheet('Days')!).slice(1, -1);
    expect(days.map((row) => (row[1] as Date).toISOString().slice(0, 10))).toEqual([
      '2026-11-16',
      '2026-11-17',
      '2026-11-18',
    ]);
    const seconds = days.map((row) => secondsIn(row[5]));
    expect(seconds[1]).toBe(2 * 3600);
    expect(seconds[2]).toBeCloseTo(4.5 * 3600 + 0.5, 3);
    const total = secondsIn(workbook.getWorksheet('Sessions')!.getCell('L4').value);
    expect(seconds.reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 3);
  });

  it('sums up per project and per user, week by week', async () => {
    const later = reportEntry({
      id: 5,
      startedAt: new Date('2026-11-22T22:00:00Z'),
      endedAt: new Date('2026-11-23T01:00:00Z'),
    });
    const summary = rowsOf((await workbookOf([short, overMidnight, later])).getWorksheet('Summary')!);
    expect(summary[0]!.slice(0, 5)).toEqual([
      'Por proyecto',
      'Servicio',
      'Total',
      'Semana del 2026-11-16',
      'Semana del 2026-11-23',
    ]);
    const house = summary.find(([name]) => name === 'House')!;
    expect(secondsIn(house[2])).toBe(3 * 3600 + 1200);
    expect(secondsIn(house[3])).toBe(3600 + 1200);
    expect(secondsIn(house[4])).toBe(2 * 3600);
  });

  it('holds no formula and no link, whatever people typed', async () => {
    const texts = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '=HYPERLINK("http://x")',
      '＝1',
      'a\u0000b',
      'x'.repeat(40_000),
    ];
    const entries = texts.map((description, index) => ({ ...short, id: index, description, projectName: description }));
    const workbook = await workbookOf(entries);
    workbook.eachSheet((sheet) =>
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          expect(cell.formula).toBeUndefined();
          expect(cell.hyperlink).toBeUndefined();
        }),
      ),
    );
    const sheet = workbook.getWorksheet('Sessions')!;
    expect(sheet.getCell('A2').value).toBe('=1+1');
    expect((sheet.getCell('A10').value as string).length).toBe(32_767);
  });

  it('counts what runs up to now, and a draft not at all', async () => {
    const running = reportEntry({
      startedAt: new Date('2026-11-22T11:00:00Z'),
      isRunning: true,
      offsetEndSeconds: null,
    });
    const draft = reportEntry({ id: 9, startedAt: new Date('2026-11-22T10:00:00Z'), offsetEndSeconds: null });
    const sheet = (await workbookOf([draft, running])).getWorksheet('Sessions')!;
    expect(sheet.getCell('F3').value).toBeNull();
    expect(sheet.getCell('N2').value).toBe(0);
    expect(sheet.getCell('N3').value).toBe(1);
    expect(sheet.getCell('Q3').value).toBe('Sí');
  });

  it('can be empty', async () => {
    const workbook = await workbookOf([]);
    expect(workbook.getWorksheet('Sessions')!.getCell('N2').value).toBe(0);
    expect(workbook.getWorksheet('Days')!.rowCount).toBe(2);
  });

  it('tells whose session it is in a report about everybody', async () => {
    const sheet = (await workbookOf([short], { person: null, locale: 'en' })).getWorksheet('Sessions')!;
    expect(sheet.getCell('V1').value).toBe('User');
    expect(sheet.getCell('V2').value).toBe('Ana');
  });

  it('is read from the ledger no faster than it is taken', async () => {
    const seen = { batches: 0 };
    const output = new PassThrough();
    const written = writeReportWorkbook(reportOf(inSmallBatches(6000, seen)), output);
    await vi.waitFor(() => expect(output.writableNeedDrain).toBe(true), PATIENT);
    let before = -1;
    while (before !== seen.batches) {
      before = seen.batches;
      await sleep(200);
    }
    expect(seen.batches).toBeLessThan(30);

    const workbook = await readWorkbook((await buffer(output)) as unknown as ArrayBuffer);
    expect((await written).entries).toBe(6000);
    expect(workbook.getWorksheet('Sessions')!.rowCount).toBe(6002);
  });

  it('ends when whoever was slow goes away', async () => {
    const seen = { batches: 0 };
    const output = new PassThrough();
    const written = writeReportWorkbook(reportOf(inSmallBatches(6000, seen)), output);
    await vi.waitFor(() => expect(output.writableNeedDrain).toBe(true), PATIENT);
    output.destroy();

    expect((await written).entries).toBeLessThan(6000);
  });
});
