import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyReplay } from '../../src/cli/replay-verification.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { seededRandom, shuffled } from '../support/random.js';
import { delivery, nextId, running, type Event } from '../support/webhooks.js';

const PEOPLE = ['Ana', 'Ben', 'Cleo'].map((name) => ({ id: nextId(), name, status: 'ACTIVE' }));

describe('replay --verify', () => {
  let world: DeliveryWorld;

  beforeEach(async () => {
    world = await DeliveryWorld.open();
  });

  afterEach(() => world.close());

  const verify = () => {
    const { config, secrets, databaseUrl } = world.app;
    return verifyReplay({ config, secrets, databaseUrl, close: async () => {} }, undefined, () => {});
  };

  const admin = (method: string, path: string, body?: object) =>
    fetch(`${world.app.url}/api-clockify${path}`, {
      method,
      headers: {
        authorization: world.app.secrets.secretToken.reveal(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });

  /** A working day of one session, as it may be delivered: something lost, something twice, in whatever order. */
  function sessionOf(random: () => number): [Event, object][] {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const user = pick(PEOPLE);
    const base = { id: nextId(), user, userId: user.id };
    const minute = () => String(Math.floor(random() * 60)).padStart(2, '0');
    const day = () => ({
      ...base,
      description: pick(['Planning', 'Review', 'Call', 'Café ☕']),
      tags: random() < 0.5 ? [] : [{ name: pick(['deep', 'client']) }],
      timeInterval: {
        start: `2026-07-20T09:${minute()}:00Z`,
        end: `2026-07-20T1${Math.floor(random() * 7)}:${minute()}:00Z`,
      },
    });
    const begun = day();
    const events: [Event, object][] = [
      random() < 0.7
        ? ['start', running({ ...begun, timeInterval: { start: begun.timeInterval.start, end: null } })]
        : ['manual', delivery(begun)],
      ['end', delivery({ ...begun })],
      ['edit', delivery(day())],
      ['edit', delivery(day())],
    ];
    if (random() < 0.2) events.push(['delete', delivery(begun)]);
    if (random() < 0.3) events.push(['start', running({ ...begun, description: 'contradicts' })]);
    const kept = events.filter(() => random() < 0.9);
    return random() < 0.5 ? kept : shuffled(kept, random);
  }

  async function liveThroughADay(random: () => number): Promise<void> {
    const sessions = Array.from({ length: 25 }, () => sessionOf(random));
    while (sessions.some((events) => events.length > 0)) {
      const due = sessions.flatMap((events) => (random() < 0.6 ? events.splice(0, 1) : []));
      await Promise.all(
        shuffled(due, random).flatMap(([event, body]) => {
          const copies = random() < 0.3 ? 2 : 1;
          return Array.from({ length: copies }, () => world.send(event, body));
        }),
      );
      await world.work();
      if (random() < 0.8) await coordinate(random);
    }
  }

  /** What a coordinator does meanwhile; some of it is refused, and then nothing of it is left. */
  async function coordinate(random: () => number): Promise<void> {
    const rows = await world.app.database.query<{ id: number; external_id: string; review_status: string }>(
      'select id, external_id, review_status from time_entries where deleted_at is null order by id',
    );
    for (const row of shuffled(rows, random).slice(0, 5)) {
      const query = `externalSesionId=${row.external_id}`;
      const chance = random();
      if (row.review_status === 'under_review') {
        await admin('POST', `/sessions/approve?${query}`, { aprobado: chance < 0.7, observacion: 'seen' });
      } else if (chance < 0.3) await admin('PUT', `/sessions/update/${row.id}`, { description: `by hand ${chance}` });
      else if (chance < 0.4) await admin('DELETE', `/sessions/delete/${row.id}`);
      else if (chance < 0.6)
        await admin('POST', `/sessions/reopen?${query}`, { reason: 'again', applyLateChanges: true });
    }
    if (random() < 0.5) {
      await admin('POST', '/sessions/create', {
        external_sesion_id: nextId(),
        description: 'Entered',
        idUser: (await world.app.database.query<{ id: number }>('select min(id)::int as id from users'))[0]!.id,
        idProject: '',
        projectName: 'Internal',
        idWorkspace: '64a687e29ae1f428e7ebe303',
        workspaceName: 'ActionTracker',
        idTask: '',
        taskName: 'Roadmap',
        startDate: '2026-07-20T08:00:00Z',
        endDate: '2026-07-20T09:00:00Z',
      });
    }
  }

  const databases = async () =>
    (await world.app.database.query('select datname from pg_database where datname like $1', ['timesheet_scratch_%']))
      .length;

  it('makes the sessions of a random day again, equal to the last field', { timeout: 120_000 }, async () => {
    const random = seededRandom('a day to be made again');
    await liveThroughADay(random);
    const commands = await world.app.database.query<{ kind: string }>(
      `select distinct change ->> 'kind' as kind from ledger_commands order by 1`,
    );
    expect(commands.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['edit', 'enter', 'review']));
    const report = await verify();
    expect(report.differences).toEqual([]);
    expect(report.actual).toBe(report.replayed);
    expect(report).toMatchObject({ differenceCount: 0, leftOut: 0 });
    expect(report.compared).toBeGreaterThanOrEqual(25);
    expect(await databases()).toBe(0);
    expect(
      await world.app.database.query('select 1 from mail_outbox where created_at > now() + interval $$1s$$'),
    ).toEqual([]);
  });

  it('finds a session that somebody has changed behind the ledger’s back, and names the field', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    await world.send('manual', delivery());
    await world.work();
    expect((await verify()).differenceCount).toBe(0);
    await world.app.database.execute(
      `update time_entries set ended_at = ended_at + interval '1 hour' where external_id = $1`,
      [id],
    );
    const report = await verify();
    expect(report.differenceCount).toBe(1);
    expect(report.actual).not.toBe(report.replayed);
    expect(report.differences.join('\n')).toMatch(
      new RegExp(`${id}: endedAt is "2026-07-20T15:00:00.000Z", made again "2026-07-20T14:00:00.000Z"`),
    );
    expect(await databases()).toBe(0);
  });

  it('finds a delivery that was taken away, and one that was altered', async () => {
    const [lost, altered] = [nextId(), nextId()];
    await world.send('manual', delivery({ id: lost }));
    await world.send('edit', delivery({ id: lost, description: 'edited' }));
    await world.send('manual', delivery({ id: altered }));
    await world.work();
    await world.app.database.execute(`delete from deliveries where external_id = $1 and event = 'edit'`, [lost]);
    await world.app.database.execute(
      `update deliveries set raw = convert_to(replace(convert_from(raw, 'UTF8'), 'Planning', 'Holiday'), 'UTF8')
       where external_id = $1`,
      [altered],
    );
    const report = await verify();
    expect(report.differenceCount).toBe(2);
    expect(report.differences.join('\n')).toMatch(/description is "edited", made again "Planning"/);
    expect(report.differences.join('\n')).toMatch(/description is "Planning", made again "Holiday"/);
  });

  it('leaves out what a sync has changed as well, and says so', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    await world.work();
    const { app } = world;
    await app.database.execute('alter table sessions_binnacle disable trigger user');
    await app.database.execute(`update sessions_binnacle set origin_kind = 'sync', origin_id = '1'`);
    await app.database.execute('alter table sessions_binnacle enable trigger user');
    await world.send('edit', delivery({ id, description: 'later' }));
    await world.work();
    expect(await verify()).toMatchObject({ compared: 0, leftOut: 1, differenceCount: 0 });
  });
});
