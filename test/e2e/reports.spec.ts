import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';
import { readWorkbook, rowsOf, secondsIn, work } from '../support/report-world.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const WEEK = 'startDate=2026-10-19&endDate=2026-10-25';

interface ReportBody {
  entries: { id: number; task: string; provider: string; seconds: number }[];
  totals: { entries: number; seconds: number; valid_seconds: number; deleted: number };
  days: { day: string; seconds: number }[];
  projects: { name: string | null; seconds: number; weeks: { from: string; seconds: number }[] }[];
}

const sum = (parts: readonly { seconds: number }[]): number => parts.reduce((total, { seconds }) => total + seconds, 0);

let app: TestApp;
let ana: Person;
let berta: Person;

beforeAll(async () => {
  app = await startTestApp({
    clock: new FixedClock(NOW),
    env: { SECRET_TOKEN: 'a-secret-of-the-reports-e2e-test-0123456789', REPORT_TIME_ZONE: 'Europe/Madrid' },
  });
  ana = await addPerson(app, 'ana');
  berta = await addPerson(app, 'berta');
  await work(app, ana.id, [
    // Over midnight, and over the night with 25 hours.
    { startedAt: new Date('2026-10-24T20:00:00Z'), endedAt: new Date('2026-10-25T05:00:00Z'), projectName: 'Night' },
    { startedAt: new Date('2026-10-19T07:00:00Z'), endedAt: new Date('2026-10-19T07:20:00Z'), projectName: 'House' },
    { startedAt: new Date('2026-10-20T07:00:00Z'), endedAt: new Date('2026-10-20T07:20:00Z'), projectName: 'House' },
    { startedAt: new Date('2026-10-21T07:00:00Z'), endedAt: new Date('2026-10-21T07:20:00Z'), projectName: 'House' },
    // Its last hour lies in the next week: it stays where it starts.
    { startedAt: new Date('2026-10-25T22:00:00Z'), endedAt: new Date('2026-10-26T00:00:00Z'), projectName: 'House' },
    { startedAt: new Date('2026-10-18T21:59:59Z'), endedAt: new Date('2026-10-18T22:30:00Z'), description: 'before' },
    { startedAt: new Date('2026-10-25T23:00:00Z'), endedAt: new Date('2026-10-25T23:30:00Z'), description: 'after' },
    {
      startedAt: new Date('2026-10-22T16:00:00Z'),
      endedAt: new Date('2026-10-22T17:00:00Z'),
      description: 'Running',
      source: 'apple_health',
      workspaceId: `user:${ana.id}`,
    },
  ]);
  await work(app, berta.id, [
    { startedAt: new Date('2026-10-20T07:00:00Z'), endedAt: new Date('2026-10-20T08:00:00Z'), projectName: 'House' },
  ]);
});

afterAll(() => app.close());

const asAdmin = (path: string) =>
  fetch(`${app.url}/api-clockify/session-report/${path}`, {
    headers: { authorization: 'a-secret-of-the-reports-e2e-test-0123456789' },
  });

async function downloaded(query: string): Promise<ReportBody> {
  const answer = await asAdmin(`download?format=json&${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as ReportBody;
}

describe('the report of a week', () => {
  it('holds what starts in it by the calendar of its zone, health only for the owner', async () => {
    const report = await downloaded(`idUser=${ana.id}&${WEEK}`);
    expect(report.entries.map(({ task }) => task)).not.toContain('before');
    expect(report.entries.map(({ task }) => task)).not.toContain('after');
    expect(report.totals).toMatchObject({ entries: 5, seconds: 9 * 3600 + 3600 + 7200 });
  });

  it('adds up the same by day, by project and by entry', async () => {
    const report = await downloaded(`idUser=${ana.id}&${WEEK}`);
    expect(sum(report.days)).toBe(report.totals.seconds);
    expect(sum(report.projects)).toBe(report.totals.seconds);
    expect(sum(report.entries)).toBe(report.totals.seconds);
    expect(report.days.find(({ day }) => day === '2026-10-25')!.seconds).toBe(7 * 3600 + 3600);
    expect(report.days.find(({ day }) => day === '2026-10-26')!.seconds).toBe(3600);
  });

  it('is a workbook with the same totals', async () => {
    const answer = await asAdmin(`download?idUser=${ana.id}&${WEEK}`);
    expect(answer.headers.get('content-disposition')).toContain('reporte_ana_20261122_120000.xlsx');
    const workbook = await readWorkbook(await answer.arrayBuffer());
    const sessions = rowsOf(workbook.getWorksheet('Sessions')!);
    const totals = sessions.at(-1)!;
    expect(totals[0]).toBe('TOTALES');
    const expected = sum((await downloaded(`idUser=${ana.id}&${WEEK}`)).entries);
    expect(secondsIn(totals[11])).toBe(expected);
    expect(totals[13]).toBe(expected / 3600);
    const days = rowsOf(workbook.getWorksheet('Days')!).slice(1, -1);
    expect(days.reduce((total, row) => total + secondsIn(row[5]), 0)).toBe(expected);
  });

  it('is CSV that says by which clock', async () => {
    const lines = (await (await asAdmin(`download?format=csv&idUser=${ana.id}&${WEEK}`)).text()).split('\r\n');
    expect(lines[0]).toContain('"Fecha de inicio (UTC)","Fecha de inicio (usuario)"');
    expect(lines[1]).toContain('2026-10-19T07:00:00.000Z,2026-10-19T07:00:00,');
    expect(lines).toHaveLength(7);
  });

  it('covers everybody when nobody is named', async () => {
    const report = await downloaded(WEEK);
    expect(report.totals.entries).toBe(6);
  });

  it.each([
    ['a user nobody knows', `idUser=999999&${WEEK}`, 404],
    ['a range without sessions', 'startDate=2020-01-01&endDate=2020-01-07', 404],
    ['a day that is none', 'startDate=2026-02-30&endDate=2026-03-01', 422],
    ['a range turned around', 'startDate=2026-03-02&endDate=2026-03-01', 422],
    ['fifty years', 'startDate=1976-01-01&endDate=2026-01-01', 422],
    ['an unknown format', `format=pdf&${WEEK}`, 400],
    ['an id that is none', `idUser=1e3&${WEEK}`, 400],
    ['no end', 'startDate=2026-03-01', 400],
  ])('refuses %s', async (_what, query, status) => {
    const answer = await asAdmin(`download?${query}`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ statusCode: status });
  });

  it('is for coordinators, not for members', async () => {
    const answer = await fetch(`${app.url}/api-clockify/session-report/download?${WEEK}`, { headers: ana.bearer });
    expect(answer.status).toBe(403);
  });
});

describe('an explained total', () => {
  const explained = async (query: string) =>
    (await (await asAdmin(`explain?idUser=${ana.id}&${WEEK}&${query}`)).json()) as {
      seconds: number;
      entries: { idSesion: number; seconds: number }[];
      clockChanges: { day: string; hours: number }[];
    };

  it('names the entries behind a day, cut at midnight', async () => {
    const { seconds, entries, clockChanges } = await explained('day=2026-10-24');
    expect(seconds).toBe(2 * 3600);
    expect(entries).toHaveLength(1);
    expect(clockChanges).toEqual([{ day: '2026-10-25', hours: 25 }]);
  });

  it('adds up to the figure of the report, for every project', async () => {
    const { projects } = await downloaded(`idUser=${ana.id}&${WEEK}`);
    for (const { name, seconds } of projects) {
      expect((await explained(`projectName=${name}`)).seconds).toBe(seconds);
    }
  });
});

describe('your own report', () => {
  const own = async (query: string, person = ana) =>
    fetch(`${app.url}/v1/resources/reports?${query}`, { headers: person.bearer });

  it('includes health, and nobody else', async () => {
    const answer = await own('from=2026-10-19T00:00:00Z&to=2026-10-26T00:00:00Z&time_zone=UTC');
    const { result } = (await answer.json()) as { result: ReportBody };
    expect(result.entries.map(({ provider }) => provider)).toContain('apple_health');
    expect(result.totals.entries).toBe(7);
  });

  it('is a workbook in the language asked for', async () => {
    const answer = await own('from=1792000000&to=1793000000&format=xlsx&locale=nl');
    const workbook = await readWorkbook(await answer.arrayBuffer());
    expect(workbook.getWorksheet('Sessions')!.getCell('A1').value).toBe('Omschrijving');
  });

  it('is empty, not absent, when nothing was worked', async () => {
    const answer = await own('from=0&to=86400');
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { result: ReportBody }).result.totals.entries).toBe(0);
  });

  it('can be downloaded again and again: nothing of it stays open', async () => {
    for (let round = 0; round < 8; round += 1) {
      const answer = await own('from=1792000000&to=1793000000&format=csv');
      expect(answer.status).toBe(200);
      await answer.text();
    }
    const open = async () =>
      (
        await app.database.query<{ count: number }>(
          `select count(*)::int as count from pg_stat_activity where application_name = 'timesheet-reports'`,
        )
      )[0]!.count;
    await expect.poll(open).toBe(0);
  });
});
