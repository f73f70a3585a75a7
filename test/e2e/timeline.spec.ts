import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { EntryContent } from '../../src/time-entries/time-entry.js';
import { TimelineModule } from '../../src/timeline/timeline.module.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

const NOW = new Date('2026-10-26T12:00:00Z');

interface Timeline {
  entries: { id: number; task: string; start: number; end: number | null; running: boolean }[];
  days: { day: string; seconds: number; slices: { entry_id: number; start: number; end: number; seconds: number }[] }[];
}

describe('timeline', () => {
  let app: TestApp;
  let ana: Person;
  let berta: Person;

  beforeAll(async () => {
    app = await startTestApp({ imports: [TimelineModule], clock: new FixedClock(NOW) });
    ana = await addPerson(app, 'ana');
    berta = await addPerson(app, 'berta');
    await app.database.execute(`update users set time_zone = 'Europe/Madrid' where id = $1`, [ana.id]);
  });

  afterAll(() => app.close());

  const call = (query: string, person: Person | null = ana) =>
    fetch(`${app.url}/v1/resources/timeline?${query}`, { headers: { ...person?.bearer } });
  const get = async (query: string, person = ana) => {
    const answer = await call(query, person);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { result: Timeline }).result;
  };
  const add = async (person: Person, task: string, start: string, end: string | null) => {
    const content: EntryContent = {
      source: 'local',
      workspaceId: null,
      integrationId: null,
      projectId: null,
      projectExternalId: null,
      projectName: null,
      taskExternalId: null,
      taskName: null,
      description: task,
      notes: null,
      tags: [],
      category: null,
      isBillable: true,
      startedAt: new Date(start),
      endedAt: end === null ? null : new Date(end),
      isRunning: end === null,
      timeZone: 'Europe/Madrid',
      timePrecision: 'second',
    };
    const author = { actor: { kind: 'user', id: String(person.id) }, origin: null } as const;
    const applied = await app.transactions.run((tx) =>
      app.get(TimeEntriesService).apply([{ kind: 'create', userId: person.id, content }], author, tx),
    );
    return applied[0]!.entry!.id;
  };

  it("parts a night at midnight of the caller's zone, on the 25-hour day", async () => {
    const id = await add(ana, 'night', '2026-10-24T20:00:00Z', '2026-10-26T00:00:00Z');
    await add(berta, 'not yours', '2026-10-24T20:00:00Z', '2026-10-24T21:00:00Z');
    const { entries, days } = await get('from=2026-10-24T00:00:00Z&to=2026-10-27T00:00:00Z');
    expect(entries).toEqual([
      {
        id,
        project_id: null,
        project: null,
        integration_id: null,
        provider: 'local',
        task: 'night',
        start: 1792872000,
        end: 1792972800,
        running: false,
        precision: 'second',
        billable: true,
        tags: [],
        category: 'Other',
        same_as: null,
      },
    ]);
    expect(days.map(({ day, seconds }) => [day, seconds / 3600])).toEqual([
      ['2026-10-24', 2],
      ['2026-10-25', 25],
      ['2026-10-26', 1],
    ]);
    expect(days[2]!.slices).toEqual([{ entry_id: id, start: 1792969200, end: 1792972800, seconds: 3600 }]);
  });

  it('takes another zone, and clips to the range', async () => {
    const { days } = await get('from=1792872000&to=1792886400&time_zone=Asia/Kathmandu');
    expect(days.map(({ day, seconds }) => [day, seconds / 3600])).toEqual([['2026-10-25', 4]]);
  });

  it('counts a running entry until now, and leaves out what was deleted', async () => {
    const id = await add(berta, 'running', '2026-10-26T11:30:00Z', null);
    const gone = await add(berta, 'gone', '2026-10-26T08:00:00Z', '2026-10-26T09:00:00Z');
    await app.transactions.run((tx) =>
      app
        .get(TimeEntriesService)
        .apply([{ kind: 'delete', id: gone }], { actor: { kind: 'system', id: null }, origin: null }, tx),
    );
    const { entries, days } = await get('from=2026-10-26T00:00:00Z&to=2026-10-27T00:00:00Z', berta);
    expect(entries.map((entry) => [entry.id, entry.running, entry.end])).toEqual([[id, true, null]]);
    expect(days).toMatchObject([{ day: '2026-10-26', seconds: 1800, slices: [{ entry_id: id, seconds: 1800 }] }]);
    await expect(get('from=2026-10-27T00:00:00Z&to=2026-10-28T00:00:00Z', berta)).resolves.toEqual({
      entries: [],
      days: [],
      findings: [],
    });
  });

  it.each([
    ['from=1792872000', 400],
    ['from=1792872000&to=yesterday', 400],
    ['from=1792872000&to=1792886400&zone=UTC', 400],
    ['from=1792886400&to=1792872000', 422],
    ['from=1792872000&to=1792872000', 422],
    ['from=1700000000&to=1792886400', 422],
    ['from=1792872000&to=1792886400&time_zone=Mars/Olympus', 422],
    ['from=1792872000&to=1792886400000', 422],
  ])('refuses %s with %d', async (query, status) => {
    const answer = await call(query);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ statusCode: status, message: expect.any(String) as string });
  });

  it('shows what reaches into it from days before, and nothing that had ended', async () => {
    const carla = await addPerson(app, 'carla');
    await add(carla, 'four days', '2026-03-01T09:00:00Z', '2026-03-05T09:00:00Z');
    await add(carla, 'to the second', '2026-03-02T12:00:00Z', '2026-03-03T12:00:00Z');
    await add(carla, 'into it', '2026-03-02T23:00:00Z', '2026-03-03T13:00:00Z');
    await add(carla, 'over', '2026-03-03T09:00:00Z', '2026-03-03T11:00:00Z');
    await add(carla, 'within', '2026-03-03T12:00:00Z', '2026-03-03T12:30:00Z');
    await add(carla, 'long over', '2026-02-01T09:00:00Z', '2026-02-05T09:00:00Z');
    await add(carla, 'since February', '2026-02-20T09:00:00Z', null);
    const { entries } = await get('from=2026-03-03T12:00:00Z&to=2026-03-03T18:00:00Z', carla);
    expect(entries.map(({ task }) => task)).toEqual(['since February', 'four days', 'into it', 'within']);
  });

  it('answers nobody without credentials', async () => {
    expect((await call('from=1792872000&to=1792886400', null)).status).toBe(401);
  });
});
