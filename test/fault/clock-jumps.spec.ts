import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually, expectSound } from '../support/oracle.js';
import { deliver, delivery } from '../support/webhooks.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REPORT_HOUR = 7;
/** Longer than the clocks below are apart, by far shorter than they jump. */
const LEASE_SECONDS = 1800;

/** The next Monday at seven in UTC: the report of the week is due. */
function nextReport(): number {
  const today = Math.floor(Date.now() / DAY);
  // 1970-01-01 was a Thursday.
  const monday = today + ((7 - ((today + 3) % 7)) % 7);
  const due = monday * DAY + REPORT_HOUR * HOUR;
  return due > Date.now() ? due : due + 7 * DAY;
}

describe('a clock that is wrong', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open({ testControl: { leaseSeconds: LEASE_SECONDS } });
  });

  afterEach(() => faults.close());

  it('makes the report of a week once when it jumps two hours ahead and back, and when replicas are ten minutes apart', async () => {
    const { world } = faults;
    const due = nextReport();
    const clockAt = (instant: number) =>
      faults.start({ clockOffsetMilliseconds: instant - Date.now(), withoutJobs: false });
    const userId = await world.value<number>(
      `insert into users (name, email, is_notified) values ('Ana', 'ana@example.com', true) returning id::int`,
    );
    await world.query(
      `insert into time_entries (user_id, source, started_at, ended_at, binnacle_sequence, binnacle_head, created_at, modified_at)
       select $1, 'local', at, at + interval '5 minutes', 0, '', at, at from (select $2::timestamptz as at) moment`,
      [userId, new Date(due - 3 * DAY)],
    );
    const runs = (origin: string) =>
      world.value<number>(`select count(*)::int from report_runs where origin = $1 and kind <> 'monthly'`, [origin]);
    const isDone = async () =>
      (await world.value<number>(`select count(*)::int from report_runs where state in ('pending', 'working')`)) === 0;
    /** Whoever makes it has looked for what is due before. */
    const askForOne = () =>
      world.query(
        `insert into report_runs (kind, origin, period_start, period_end, time_zone, user_id, locale)
         values ('user', 'request', $1::date, $1::date, 'UTC', $2, 'en')`,
        [new Date(due - 3 * DAY), userId],
      );
    const lastWeek = new Date(due - 14 * DAY - REPORT_HOUR * HOUR).toISOString();
    await world.query(`insert into report_schedules (kind, last_period_start) values ('weekly', $1::date)`, [lastWeek]);

    for (const offsets of [[HOUR], [-HOUR], [5 * MINUTE, -5 * MINUTE]]) {
      await askForOne();
      const apps = await Promise.all(offsets.map((offset) => clockAt(due + offset)));
      await eventually('every report is made', 20, isDone);
      expect(await runs('schedule')).toBe(1);
      await Promise.all(apps.map((app) => app.stop('SIGTERM')));
    }
    expect(await runs('schedule')).toBe(1);
    await clockAt(due - 2 * HOUR);
    await faults.settle();
    const sent = faults.smtp.copiesFor('ana@example.com').map(({ messageId }) => messageId);
    expect(sent).toHaveLength(1 + (await runs('request')));
    expect(new Set(sent).size).toBe(sent.length);
  }, 300_000);

  it('takes no work from another before its time, and makes no time negative', async () => {
    const { world } = faults;
    await faults.poison();
    const clockOff = (milliseconds: number) => faults.start({ clockOffsetMilliseconds: milliseconds });
    const [ahead, behind, farAhead] = await Promise.all([
      clockOff(5 * MINUTE),
      clockOff(-5 * MINUTE),
      clockOff(2 * HOUR),
      clockOff(-2 * HOUR),
    ]);

    // Whoever takes it needs five seconds for it, and the others look every ten milliseconds.
    const slow = delivery({ description: 'deadly' });
    expect((await deliver(ahead.url, 'manual', slow)).status).toBe(200);
    const beside = Array.from({ length: 40 }, () => delivery());
    const answers = await Promise.all(beside.map((body) => deliver(farAhead.url, 'manual', body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));

    let url = ahead.url;
    const ana = await world.addUser('ana', () => url);
    const started = await ana.expect<{ id: number; start: number }>(200, 'POST', '/v1/rpc/timer/start', {
      task: 'Over the clocks',
    });
    url = behind.url;
    const stopped = await ana.expect<{ id: number; end: number }>(200, 'POST', '/v1/rpc/timer/stop');
    expect(stopped).toMatchObject({ id: started.id, end: started.start });

    await faults.settle();
    await expectSound(world);
    const tries = 'select attempts, count(*)::int as count from deliveries group by attempts';
    expect(await world.query(tries)).toEqual([{ attempts: 1, count: 41 }]);
    expect(await world.value('select count(*)::int from time_entries where ended_at < started_at')).toBe(0);
    expect(await world.value(`select count(*)::int from mail_outbox where attempts <> 1`)).toBe(0);
    expect(new Set(faults.smtp.messages.map(({ messageId }) => messageId)).size).toBe(faults.smtp.messages.length);
  }, 300_000);
});
