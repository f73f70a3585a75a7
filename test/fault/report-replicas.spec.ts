import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestControl } from '../../src/config/test-control.js';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { mailEnv } from '../support/mail.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually } from '../support/oracle.js';
import { sized } from '../support/size.js';

const HOUR = 3_600_000;
const ADDRESS = 'ana@example.com';

describe('reports over replicas', () => {
  let world: FaultWorld;
  let smtp: SmtpSimulator;
  let userId: number;

  beforeEach(async () => {
    smtp = new SmtpSimulator();
    await smtp.start();
    world = await FaultWorld.create({ testControl: { leaseSeconds: 1, retryScale: 0.02, withoutJobs: false } });
    userId = await world.value<number>(
      `insert into users (name, email, is_notified) values ('Ana', $1, true) returning id::int`,
      [ADDRESS],
    );
  });

  afterEach(async () => {
    await world.close();
    await smtp.stop();
  });

  const env = () => ({ ...mailEnv(smtp), ROLE: 'all', REPORT_WEEK_START: 'monday' });
  const start = (control: TestControl = {}) => world.start(control, env());
  /** As the ledger keeps it; what these tests are about reads no history. */
  const work = (from: string, count: number, every: string) =>
    world.query(
      `insert into time_entries (user_id, source, started_at, ended_at, binnacle_sequence, binnacle_head, created_at, modified_at)
       select $1, 'local', at, at + interval '5 minutes', 0, '', at, at
       from (select $2::timestamptz + n * $4::interval as at from generate_series(0, $3::int - 1) n) moments`,
      [userId, from, count, every],
    );
  const value = (text: string) => world.value<number>(text);
  const unfinished = () => value(`select count(*)::int from report_runs where state in ('pending', 'working')`);
  const unsent = () => value(`select count(*)::int from mail_outbox where state <> 'done'`);
  const settled = async (runs: number) => {
    await eventually(
      'every run is made',
      40,
      async () => (await value('select count(*)::int from report_runs')) >= runs,
    );
    await eventually('nothing is left to make', 40, async () => (await unfinished()) === 0);
    await eventually('every mail is sent', 40, async () => (await unsent()) === 0);
  };

  it.each(sized([6], [2, 6]))(
    'makes one run, one file and one mail per period with %i replicas',
    async (replicas) => {
      const weeks = sized(8, 30);
      await work(new Date(Date.now() - (weeks + 1) * 168 * HOUR).toISOString(), weeks + 2, '1 week');
      await world.query(
        `insert into report_schedules (kind, last_period_start)
       values ('weekly', (date_trunc('week', now()) - interval '1 week' * $1)::date), ('monthly', date_trunc('month', now())::date)`,
        [weeks + 1],
      );
      // Nobody dies here: on a busy machine a shorter lease would run out while its holder still sends.
      const skews = Array.from({ length: replicas }, (_, index) => (index % 2 === 0 ? 5 : -5) * 60_000);
      await Promise.all(skews.map((clockOffsetMilliseconds) => start({ clockOffsetMilliseconds, leaseSeconds: 30 })));
      await settled(weeks);
      expect(await value('select count(*)::int from report_runs')).toBe(weeks);
      expect(await value(`select count(distinct period_start)::int from report_runs where state = 'done'`)).toBe(weeks);
      expect(await value('select count(*)::int from mail_attachments')).toBe(weeks);
      expect(smtp.copiesFor(ADDRESS)).toHaveLength(weeks);
      expect(new Set(smtp.messages.map(({ messageId }) => messageId)).size).toBe(weeks);
    },
    sized(300_000, 900_000),
  );

  it('does not let a replica that was paused half-way finish what another has made', async () => {
    const monday = `date_trunc('week', now()) - interval '1 week'`;
    const at = await world.value<Date>(`select ${monday}`);
    await work(at.toISOString(), 15_000, '20 seconds');
    await world.query(
      `insert into report_runs (kind, origin, period_start, period_end, time_zone, user_id, locale)
       values ('weekly', 'schedule', (${monday})::date, (${monday})::date + 6, 'UTC', $1, 'en')`,
      [userId],
    );
    // Held up where it reads, so that it is half-way for sure when it is paused.
    const holder = await world.database.connect();
    await holder.query('begin; lock table time_entries in access exclusive mode');
    const paused = await start();
    await eventually(
      'it is at work',
      20,
      async () => (await value(`select count(*)::int from report_runs where state = 'working'`)) === 1,
    );
    const waiting = `select count(*)::int from pg_locks where not granted and relation = 'time_entries'::regclass`;
    await eventually('it reads', 20, async () => (await value(waiting)) > 0);
    paused.process.kill('SIGSTOP');
    await holder.query('rollback');
    holder.release();
    const other = await start();
    await settled(1);
    expect(other.isRunning()).toBe(true);
    paused.process.kill('SIGCONT');
    // Its own connections may not have outlived the pause either.
    await eventually('it has noticed', 60, () => /was taken over|could not be made/.test(paused.output()));
    await settled(1);
    expect(await value(`select count(*)::int from report_runs where state = 'done'`)).toBe(1);
    expect(await value('select count(*)::int from mail_attachments')).toBe(1);
    expect(smtp.copiesFor(ADDRESS)).toHaveLength(1);
  }, 300_000);

  it.each(['report.made', 'report.finished'])(
    'makes a report once when a process dies at %s',
    async (failpoint) => {
      const monday = `date_trunc('week', now()) - interval '1 week'`;
      const at = await world.value<Date>(`select ${monday}`);
      await work(at.toISOString(), 3, '1 hour');
      await world.query(
        `insert into report_runs (kind, origin, period_start, period_end, time_zone, user_id, locale)
       values ('weekly', 'schedule', (${monday})::date, (${monday})::date + 6, 'UTC', $1, 'en')`,
        [userId],
      );
      await world.start({ failpoints: [failpoint] }, env()).catch(() => undefined);
      await eventually('it is dead', 20, () => world.apps.every((app) => !app.isRunning()));
      await start();
      await settled(1);
      expect(smtp.copiesFor(ADDRESS)).toHaveLength(1);
      expect(await value('select count(*)::int from mail_attachments')).toBe(1);
    },
    300_000,
  );

  it('makes up a week that went by while no process was up, once', async () => {
    const first = await start();
    await eventually(
      'it knows the present week',
      20,
      async () => (await value('select count(*)::int from report_schedules')) === 2,
    );
    await first.stop('SIGTERM');
    await work(new Date().toISOString(), 1, '1 hour');
    const weekLater = 8 * 24 * HOUR;
    const second = await start({ clockOffsetMilliseconds: weekLater });
    await settled(1);
    await second.stop('SIGTERM');
    await Promise.all([
      start({ clockOffsetMilliseconds: weekLater }),
      start({ clockOffsetMilliseconds: weekLater - 2 * HOUR }),
    ]);
    await eventually('they have looked', 20, () => world.apps.filter((app) => app.isRunning()).length === 2);
    const weekly = `select count(*)::int from report_runs where kind = 'weekly'`;
    expect(await value(weekly)).toBe(1);
    await settled(1);
    expect(await value(weekly)).toBe(1);
  }, 300_000);
});
