import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportWorker } from '../../src/imports/import-worker.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { healthDocument, workout as exported } from '../support/health-export.js';
import { bearer, PhoneWorld, workout } from '../support/phones.js';

describe('workouts that a phone sends', () => {
  let world: PhoneWorld;

  beforeAll(async () => {
    world = await PhoneWorld.open();
  });

  afterAll(() => world.close());

  it('are one entry each, however often and together with which others they come', async () => {
    const [a, b, c] = [workout(), workout(), workout()];
    expect(await world.told(await world.send(a, b))).toEqual({ state: 'done', new: 2, duplicates: 0 });
    expect(await world.told(await world.send(b, c, c))).toEqual({ state: 'done', new: 1, duplicates: 2 });
    expect(await world.told(await world.send(a, b, c))).toEqual({ state: 'duplicate', new: 0, duplicates: 3 });
  });

  it('are known by their id when their times move, and by their times when they have none', async () => {
    const body = workout();
    await world.send(body);
    await world.work();
    for (const again of [{ end: '2026-05-01 23:00:00 +0200' }, { id: undefined }, { id: 'another' }]) {
      expect(await world.told(await world.send({ ...body, ...again }))).toMatchObject({ state: 'duplicate', new: 0 });
    }
  });

  const bringIn = async (start: string, end: string, type: string): Promise<number> => {
    const form = new FormData();
    form.set('kind', 'apple_health');
    form.set('file', new Blob([healthDocument(exported(start, end, type))]), 'export.xml');
    const headers = bearer(world.ana);
    const answer = await fetch(`${world.app.url}/v1/resources/imports`, { method: 'POST', headers, body: form });
    expect(answer.status).toBe(202);
    const { result } = (await answer.json()) as { result: { id: number } };
    await world.app.get(ImportWorker).readDue();
    const [row] = await world.app.database.query<{ new: number }>(
      'select new_count as new from imports where id = $1',
      [result.id],
    );
    return row!.new;
  };

  it.each([
    ['in English', 'Outdoor Run'],
    ['in Spanish', 'Carrera al aire libre'],
  ])('that an export has brought in already are the same, named %s', async (_language, name) => {
    const { start, end } = workout() as { start: string; end: string };
    expect(await bringIn(start, end, 'HKWorkoutActivityTypeRunning')).toBe(1);
    expect(await world.told(await world.send({ id: name, name, start, end }))).toMatchObject({ new: 0, duplicates: 1 });
  });

  it.each([
    ['in English', 'Outdoor Run'],
    ['in Spanish', 'Carrera al aire libre'],
  ])('are the same in an export that comes later, named %s', async (_language, name) => {
    const { start, end } = workout() as { start: string; end: string };
    expect(await world.told(await world.send({ name, start, end }))).toMatchObject({ new: 1 });
    expect(await bringIn(start, end, 'HKWorkoutActivityTypeRunning')).toBe(0);
  });

  it('of two kinds at the same time are two, however often they come', async () => {
    const { start, end } = workout() as { start: string; end: string };
    const both = ['Outdoor Run', 'Yoga'].map((name) => ({ name, start, end }));
    expect(await world.told(await world.send(...both))).toMatchObject({ new: 2 });
    expect(await world.told(await world.send(...both.toReversed()))).toMatchObject({ new: 0, duplicates: 2 });
    expect(await bringIn(start, end, 'HKWorkoutActivityTypeYoga')).toBe(0);
    expect(await bringIn(start, end, 'HKWorkoutActivityTypePilates')).toBe(1);
  });

  it('told by two at the same time are one, also where only one of them names the kind', async () => {
    const { start, end } = workout() as { start: string; end: string };
    const answers = await Promise.all(
      ['Run', 'Correr', 'Hardlopen', 'Laufen'].map((name) => world.send({ name, start, end })),
    );
    const [first, ...others] = await Promise.all(answers.map((answer) => world.told(answer)));
    expect([first, ...others].map((one) => one!.new).reduce((a, b) => a + b)).toBe(1);
  });

  it('are seen by a coordinator and in everybody’s report only while their owner shares them', async () => {
    const day = { start: '2026-05-09 10:00:00 +0000', end: '2026-05-09 11:00:00 +0000' };
    await world.send(workout({ ...day, name: 'Secret Sprint' }));
    await world.work();
    const secret = world.app.secrets.secretToken.reveal();
    const text = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${world.app.url}${path}`, { headers })).text();
    const teams = () =>
      Promise.all(
        [
          '/api-clockify/sessions/getAll',
          `/api-clockify/sessions/getByUser/${world.ana.id}`,
          '/api-clockify/session-binnacle/getAll',
          '/api-clockify/session-report/download?startDate=2026-05-09&endDate=2026-05-09&format=json',
        ].map(async (path) => (await text(path, { authorization: secret })).includes('Secret Sprint')),
      );
    const own = async () =>
      (
        await text('/v1/resources/reports?from=2026-05-09T00:00:00Z&to=2026-05-10T00:00:00Z', bearer(world.ana))
      ).includes('Secret Sprint');
    const share = (isShared: boolean) =>
      fetch(`${world.app.url}/v1/resources/me`, {
        method: 'PUT',
        headers: { ...bearer(world.ana), 'content-type': 'application/json' },
        body: JSON.stringify({ settings: { share_health: isShared } }),
      });
    expect([await teams(), await own()]).toEqual([[false, false, false, false], true]);
    await share(true);
    expect([await teams(), await own()]).toEqual([[true, true, true, true], true]);
    await share(false);
    expect([await teams(), await own()]).toEqual([[false, false, false, false], true]);
  });

  it('stay removed once their owner has removed them', async () => {
    const body = workout({ name: 'Hiking' });
    await world.send(body);
    await world.work();
    const { id } = (await world.entriesOf(world.ana)).findLast(({ description }) => description === 'Hiking')!;
    const author = { actor: { kind: 'user', id: String(world.ana.id) }, origin: null } as const;
    await world.app.transactions.run((tx) =>
      world.app.get(TimeEntriesService).apply([{ kind: 'delete', id }], author, tx),
    );
    expect(await world.told(await world.send(body, workout()))).toMatchObject({ new: 1, duplicates: 1 });
    const [row] = await world.app.database.query<{ deleted_at: Date | null }>(
      'select deleted_at from time_entries where id = $1',
      [id],
    );
    expect(row!.deleted_at).not.toBeNull();
  });

  it('of a kind nobody knows keep their name', async () => {
    await world.send(workout({ name: 'Bouldern' }));
    await world.work();
    expect((await world.entriesOf(world.ana)).at(-1)).toMatchObject({ description: 'Bouldern', category: 'Sport' });
  });

  it('may come with what cannot be read, which is named', async () => {
    const answer = await world.send(workout(), workout({ end: '2026-01-01 00:00:00 +0200' }));
    expect(answer.body).toMatchObject({ workouts: 1, rejected: [{ workout: 2, reason: 'it ends before it starts' }] });
    await world.work();
  });

  it('are not in a body of metrics alone: nothing is done with it', async () => {
    const before = (await world.entriesOf(world.ana)).length;
    const answer = await world.post(
      { data: { metrics: [{ name: 'step_count', units: 'count', data: [{ date: '2026-05-01', qty: 9 }] }] } },
      bearer(world.ana),
    );
    expect(answer).toMatchObject({ status: 200, body: { status: 'ignored', workouts: 0 } });
    await world.work();
    expect(await world.entriesOf(world.ana)).toHaveLength(before);
  });
});
