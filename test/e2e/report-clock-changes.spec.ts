import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson } from '../support/people.js';
import { seededRandom } from '../support/random.js';
import { readWorkbook, rowsOf, secondsIn, work } from '../support/report-world.js';
import { sized } from '../support/size.js';

/** Monday to Monday; the clocks change on its Sunday, unless its zone has none to change. */
const WEEKS = [
  ['Europe/Madrid', '2026-03-23', 167],
  ['Europe/Madrid', '2026-10-19', 169],
  ['America/Bogota', '2026-03-23', 168],
  ['America/Bogota', '2026-10-19', 168],
  ['Asia/Kathmandu', '2026-03-23', 168],
  ['Asia/Kathmandu', '2026-10-19', 168],
  ['Australia/Lord_Howe', '2026-03-30', 168.5],
  ['Australia/Lord_Howe', '2026-09-28', 167.5],
] as const;

const MOST_SECONDS = sized(12, 1) * 3600;
const HOUR = 3_600_000;

interface Session {
  startedAt: Date;
  endedAt: Date;
}

interface ReportBody {
  entries: { id: number; seconds: number }[];
  totals: { entries: number; seconds: number };
  days: { day: string; seconds: number; parts: number }[];
  projects: { seconds: number; weeks: { seconds: number }[] }[];
}

const sum = (parts: readonly { seconds: number }[]): number => parts.reduce((total, { seconds }) => total + seconds, 0);

/** One after the other without a gap, from the first midnight of a week to the first of the next. */
function wholeWeek([start, end]: readonly [number, number], random: () => number): Session[] {
  const sessions: Session[] = [];
  for (let at = start; at < end;) {
    const until = Math.min(end, at + (1 + Math.floor(random() * MOST_SECONDS)) * 1000);
    sessions.push({ startedAt: new Date(at), endedAt: new Date(until) });
    at = until;
  }
  return sessions;
}

describe('the report of a week in which the clocks change', () => {
  let app: TestApp;
  let people = 0;

  beforeAll(async () => {
    app = await startTestApp({ clock: new FixedClock(new Date('2027-01-01T00:00:00Z')) });
  });

  afterAll(() => app.close());

  /** Days and their first instants by the wall clock, of which another program is asked than ours. */
  const midnightsOf = (timeZone: string, from: string) =>
    app.database.query<{ day: string; at: number }>(
      `select to_char(d, 'YYYY-MM-DD') as day, 1000 * extract(epoch from d at time zone $2)::float8 as at
       from generate_series($1::timestamp, $1::timestamp + interval '7 days', '1 day') d`,
      [from, timeZone],
    );

  it.each(WEEKS)('in %s from %s: %d hours, each in exactly one day', async (timeZone, from, hours) => {
    const ana = await addPerson(app, `ana${(people += 1)}`);
    const week = await midnightsOf(timeZone, from);
    const midnights = week.map(({ at }) => at);
    const sessions = wholeWeek([midnights[0]!, midnights[7]!], seededRandom(`${timeZone} ${from}`));
    await work(
      app,
      ana.id,
      sessions.map((session) => ({ ...session, timeZone })),
    );
    const ask = (format: string) =>
      fetch(
        `${app.url}/v1/resources/reports?from=${midnights[0]! / 1000}&to=${midnights[7]! / 1000}&time_zone=${timeZone}&format=${format}`,
        { headers: ana.bearer },
      );
    const answer = await ask('json');
    expect(answer.status).toBe(200);
    const { result } = (await answer.json()) as { result: ReportBody };

    const worked = sessions.reduce((total, { startedAt, endedAt }) => total + (+endedAt - +startedAt), 0) / 1000;
    expect(worked).toBe(hours * 3600);
    expect(result.totals).toMatchObject({ entries: sessions.length, seconds: worked });
    expect(result.entries.map(({ seconds }) => seconds)).toEqual(
      sessions.map(({ startedAt, endedAt }) => (+endedAt - +startedAt) / 1000),
    );
    const within = (index: number) =>
      sessions.filter(({ startedAt, endedAt }) => +startedAt < midnights[index + 1]! && +endedAt > midnights[index]!);
    expect(result.days.map(({ day, seconds, parts }) => ({ day, seconds, parts }))).toEqual(
      week.slice(0, 7).map(({ day }, index) => ({
        day,
        seconds: (midnights[index + 1]! - midnights[index]!) / 1000,
        parts: within(index).length,
      })),
    );
    expect([sum(result.days), sum(result.projects), sum(result.projects.flatMap(({ weeks }) => weeks))]).toEqual([
      worked,
      worked,
      worked,
    ]);

    const workbook = await readWorkbook(await (await ask('xlsx')).arrayBuffer());
    const rows = rowsOf(workbook.getWorksheet('Days')!).slice(1, -1);
    expect(rows.map((row) => secondsIn(row[5]))).toEqual(result.days.map(({ seconds }) => seconds));
  });

  it('is what PostgreSQL says of the hour that does not exist, and of the one that comes twice', async () => {
    const read = (local: string) => `extract(epoch from timestamp '${local}' at time zone 'Europe/Madrid')::float8`;
    const [row] = await app.database.query<{ gap: number; fold: number }>(
      `select ${read('2026-03-29 02:30')} as gap, ${read('2026-10-25 02:30')} as fold`,
    );
    expect(row).toEqual({
      gap: Date.UTC(2026, 2, 29, 1, 30) / 1000,
      fold: (Date.UTC(2026, 9, 25, 0, 30) + HOUR) / 1000,
    });
  });
});
