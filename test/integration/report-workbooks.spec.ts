import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/reports/report.js';
import { writeReportWorkbook } from '../../src/reports/report-workbook.js';
import type { MailLocale } from '../../src/config/mail-settings.js';
import { offsetSeconds } from '../../src/time-entries/offsets.js';
import { readWorkbook, reportEntry, rowsOf, secondsIn } from '../support/report-world.js';
import { seededRandom } from '../support/random.js';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Weeks in which the clocks change, and a week like any other. */
const WEEKS = [
  ['Europe/Madrid', '2026-03-23', 167],
  ['Europe/Madrid', '2026-10-19', 169],
  ['America/New_York', '2026-03-02', 167],
  ['America/New_York', '2026-10-26', 169],
  ['Australia/Lord_Howe', '2026-03-30', 168.5],
  ['Australia/Lord_Howe', '2026-09-28', 167.5],
  ['Asia/Kathmandu', '2026-03-23', 168],
] as const;

async function* batchesOf<T>(items: readonly T[], size: number): AsyncGenerator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

async function written(
  report: Omit<Report, 'batches'>,
  entries: Parameters<typeof batchesOf<ReturnType<typeof reportEntry>>>[0],
) {
  const output = new PassThrough();
  const bytes = buffer(output);
  await writeReportWorkbook({ ...report, batches: batchesOf(entries, 37) }, output);
  return bytes;
}

const frame = (timeZone: string, from: string, locale: MailLocale = 'es'): Omit<Report, 'batches'> => ({
  range: { from, to: new Date(Date.parse(from) + 6 * DAY).toISOString().slice(0, 10) },
  timeZone,
  firstWeekday: 'monday',
  locale,
  person: { id: 1, name: 'Ana' },
  overtimeHours: 5,
  deleted: 3,
  now: new Date('2027-01-01T00:00:00Z'),
});

/** Without gaps from one local midnight to the one a week later, in pieces of any length. */
function wholeWeek(timeZone: string, from: string, hours: number) {
  const random = seededRandom('whole week');
  const midnight = Date.parse(`${from}T00:00:00Z`);
  const start = midnight - offsetSeconds(new Date(midnight - 12 * 3_600_000), timeZone) * SECOND;
  const end = start + hours * 3_600_000;
  const entries = [];
  for (let at = start; at < end;) {
    const until = Math.min(end, at + Math.floor(random() * 30_000) * SECOND + 1001);
    entries.push(reportEntry({ id: entries.length + 1, startedAt: new Date(at), endedAt: new Date(until), timeZone }));
    at = until;
  }
  return entries;
}

describe('the workbook of a week', () => {
  it.each(WEEKS)('in %s from %s has %d hours, and every sheet says the same', async (timeZone, from, hours) => {
    const entries = wholeWeek(timeZone, from, hours);
    const independent = entries.reduce((sum, { startedAt, endedAt }) => sum + (+endedAt! - +startedAt), 0) / SECOND;
    const bytes = await written(frame(timeZone, from), entries);
    const workbook = await readWorkbook(bytes as unknown as ArrayBuffer);
    const sessions = rowsOf(workbook.getWorksheet('Sessions')!);
    const days = rowsOf(workbook.getWorksheet('Days')!).slice(1, -1);
    const [summaryHeader, ...summary] = rowsOf(workbook.getWorksheet('Summary')!);
    expect(independent).toBe(hours * 3600);
    expect(secondsIn(sessions.at(-1)![11])).toBe(independent);
    expect(sessions.at(-1)![13]).toBeCloseTo(hours, 9);
    expect(days).toHaveLength(7);
    expect(days.reduce((sum, row) => sum + secondsIn(row[5]), 0)).toBeCloseTo(independent, 3);
    expect(summaryHeader).toHaveLength(4);
    expect(secondsIn(summary[0]![3])).toBe(independent);
    const notes = rowsOf(workbook.getWorksheet('Notes')!).map(([label]) => label);
    expect(notes).toContain('Sesiones borradas: 3');
  });
});

describe('a spreadsheet program', () => {
  const program = ['soffice', 'libreoffice'].find((name) => spawnSync(name, ['--version']).status === 0);
  let folder: string;

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-office-'));
    if (program === undefined) console.warn('LibreOffice is not installed: its opinion of the workbooks is not asked.');
  });

  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it.skipIf(program === undefined).each(['es', 'en', 'nl'] as const)(
    'makes a page of the workbook in %s without complaint',
    async (locale) => {
      const file = path.join(folder, `${locale}.xlsx`);
      const entries = wholeWeek('Europe/Madrid', '2026-10-19', 169);
      fs.writeFileSync(file, await written(frame('Europe/Madrid', '2026-10-19', locale), entries));
      const profile = `-env:UserInstallation=file://${path.join(folder, 'profile')}`;
      const made = spawnSync(program!, [profile, '--headless', '--convert-to', 'pdf', '--outdir', folder, file]);
      expect(made.stderr.toString()).toBe('');
      expect(fs.statSync(path.join(folder, `${locale}.pdf`)).size).toBeGreaterThan(1000);
    },
    120_000,
  );
});
