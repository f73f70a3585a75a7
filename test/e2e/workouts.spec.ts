import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthImport } from '../../src/time-entries/health-activity.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
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

  it('that an export has brought in already are the same', async () => {
    const body = workout({ start: '2026-05-03 18:00:00 +0200', end: '2026-05-03 18:42:10 +0200' });
    const exported = healthImport(
      world.ana.id,
      {
        kind: 'workout',
        name: 'Running',
        category: 'Sport',
        startedAt: new Date('2026-05-03T16:00:00Z'),
        endedAt: new Date('2026-05-03T16:42:10Z'),
        offsetStartSeconds: 7200,
        offsetEndSeconds: 7200,
        timeZone: null,
        notes: null,
      },
      'UTC',
    );
    const author = { actor: { kind: 'user', id: String(world.ana.id) }, origin: null } as const;
    await world.app.transactions.run((tx) => world.app.get(TimeEntriesService).apply([exported], author, tx));
    expect(await world.told(await world.send(body))).toEqual({ state: 'duplicate', new: 0, duplicates: 1 });
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
