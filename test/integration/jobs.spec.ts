import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BinnacleModule } from '../../src/binnacle/binnacle.module.js';
import { FixedClock } from '../../src/common/clock.js';
import { JobScheduler } from '../../src/jobs/job-scheduler.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import { JobsService } from '../../src/jobs/jobs.service.js';
import { Scheduled, type ScheduledJob } from '../../src/jobs/scheduled-job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { cloneDatabase, databaseUrl } from '../support/postgres.js';

const NOW = new Date('2026-03-02T00:05:00Z');
const imports = [JobsModule, BinnacleModule];

@Scheduled()
@Injectable()
class CountingJob implements ScheduledJob {
  readonly name = 'counting';
  readonly cron = '* * * * *';
  runs = 0;

  async run(): Promise<void> {
    this.runs++;
    if (this.runs > 1) throw new Error('enough');
  }
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error('It did not happen within 10 s');
}

describe('jobs', () => {
  let test: TestApp;
  let jobs: JobsService;

  beforeAll(async () => {
    const env = { TEST_CONTROL: '{}' };
    test = await startTestApp({ clock: new FixedClock(NOW), env, imports, providers: [CountingJob] });
    jobs = test.get(JobsService);
  });

  afterAll(async () => {
    await test.close();
  });

  it('finds the jobs of all modules', () => {
    expect(jobs.names()).toEqual(expect.arrayContaining(['binnacle-checkpoint', 'housekeeping', 'counting']));
  });

  it('schedules them in the background after the start', async () => {
    const schedules = await until(async () => {
      const rows = await test.database
        .query<{ name: string; cron: string; timezone: string }>(
          'select name, cron, timezone from pgboss.schedule order by 1',
        )
        .catch(() => []);
      return rows.length >= jobs.names().length ? rows : undefined;
    });
    expect(schedules).toEqual(
      expect.arrayContaining([
        { name: 'binnacle-checkpoint', cron: '5 0 * * *', timezone: 'UTC' },
        { name: 'housekeeping', cron: '17 * * * *', timezone: 'UTC' },
        { name: 'overtime-monitor', cron: '* * * * *', timezone: 'UTC' },
      ]),
    );
  });

  it('makes the checkpoint of the day and writes its signature into the log', async () => {
    await jobs.run('binnacle-checkpoint');
    await jobs.run('binnacle-checkpoint');
    const rows = await test.database.query<{ day: string; mac: Buffer }>(
      'select day::text as day, mac from binnacle_checkpoints',
    );
    expect(rows.map((row) => row.day)).toEqual(['2026-03-02']);
    const line = test.logLines.find((text) => text.includes('Checkpoint 2026-03-02: 0 entries, 0 rows, key k1, mac '));
    expect(line).toContain(rows[0]!.mac.toString('hex'));
  });

  it('removes what has served its time, and nothing else', async () => {
    const [user] = await test.database.query<{ id: number }>(`insert into users (name) values ('Ana') returning id`);
    const ago = (interval: string) => `timestamptz '${NOW.toISOString()}' - interval '${interval}'`;
    for (const [key, interval] of [
      ['old', '24 hours 1 second'],
      ['young', '23 hours 59 minutes'],
    ] as const) {
      await test.database.execute(
        `insert into idempotency_keys (user_id, key, request_hash, created_at) values ($1, $2, '', ${ago(interval)})`,
        [user!.id, key],
      );
    }
    for (const [name, interval] of [
      ['old', '90 days 1 second'],
      ['young', '89 days'],
    ] as const) {
      await test.database.execute(
        `insert into flic_presses (user_id, button, event, outcome, answer, pressed_at) values ($1, $2, 'click', '', '', ${ago(interval)})`,
        [user!.id, name],
      );
      await test.database.execute(
        `insert into cookie_sessions (user_id, token_hash, expires_at) values ($1, $2, ${ago(name === 'old' ? '1 second' : '-1 second')})`,
        [user!.id, Buffer.from(name)],
      );
      await test.database.execute(
        `insert into login_failures (account, peer, failed_at) values ($1, '', ${ago(name === 'old' ? '25 hours' : '23 hours')})`,
        [name],
      );
      await test.database.execute(
        `insert into leases (name, token, lease_until) values ($1, gen_random_uuid(), ${ago(name === 'old' ? '2 hours' : '0 hours')})`,
        [name],
      );
    }
    await jobs.run('housekeeping');
    const left = await test.database.query<{ name: string }>(
      `select key as name from idempotency_keys union all select button from flic_presses
       union all select convert_from(token_hash, 'UTF8') from cookie_sessions
       union all select account from login_failures union all select name from leases`,
    );
    expect(left.map((row) => row.name)).toEqual(['young', 'young', 'young', 'young', 'young']);
  });

  it('removes what nothing was done with after 90 days, and never what sessions are made of or a person is to see', async () => {
    const states = ['pending', 'done', 'duplicate', 'conflict', 'rejected', 'ignored', 'unmatched', 'dead'];
    const add = (state: string, age: string, last = age) =>
      test.database.execute(
        `insert into deliveries (provider, event, dedup_key, raw, state, next_at, received_at, last_received_at)
         values ('clockify', $2, decode(md5($1 || $2), 'hex'), '', $1, 'infinity',
           $3::timestamptz - $2::interval, $3::timestamptz - $4::interval)`,
        [state, age, NOW, last],
      );
    for (const state of states) await add(state, '4 years');
    await add('ignored', '89 days');
    await add('ignored', '91 days');
    await add('ignored', '200 days', '1 day');
    await jobs.run('housekeeping');
    const left = await test.database.query<{ state: string; event: string }>(
      'select state, event from deliveries order by id',
    );
    expect(left.map(({ state, event }) => `${state} ${event}`)).toEqual([
      ...states.filter((state) => state !== 'ignored').map((state) => `${state} 4 years`),
      'ignored 89 days',
      // A copy of it came yesterday.
      'ignored 200 days',
    ]);
  });

  it('notes a job that failed', async () => {
    await jobs.run('counting');
    await expect(jobs.run('counting')).rejects.toThrow('enough');
    const [noted] = await test.database.query<{ message: string }>(
      `select message from error_log where code = 'JOB.FAILED'`,
    );
    expect(noted?.message).toBe('The job counting failed: enough');
    await expect(jobs.run('nothing')).rejects.toThrow('There is no job nothing');
  });
});

describe('starting the jobs', () => {
  it('is refused when two of them have one name', async () => {
    @Scheduled()
    @Injectable()
    class Twin extends CountingJob {}
    await expect(startTestApp({ imports, providers: [CountingJob, Twin] })).rejects.toThrow(
      'Two scheduled jobs are called counting',
    );
  });

  it('does not happen in an API process', async () => {
    const test = await startTestApp({ imports, env: { ROLE: 'api' } });
    await sleep(1500);
    const schemas = await test.database.query(`select 1 from pg_namespace where nspname = 'pgboss'`);
    await test.close();
    expect(schemas).toEqual([]);
  });

  it('leaves nothing open when the database is away, and works when it is back', async () => {
    const database = await cloneDatabase();
    const run = async () => {};
    const job = { name: 'one', cron: '* * * * *', run };
    const away = new JobScheduler(databaseUrl('no_such_database'));
    await expect(away.start([job], run)).rejects.toThrow('no_such_database');
    await away.stop();
    const back = new JobScheduler(database.url);
    await back.start([job], run);
    await back.stop();
    await back.start([job], run);
    await back.stop();
    await database.drop();
  });
});
