import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { JobScheduler } from '../../src/jobs/job-scheduler.js';
import { cloneDatabase, runAsSuperuser } from '../support/postgres.js';
it('runs once', async () => {
  const database = await cloneDatabase();
  const replicas = [new JobScheduler(database.url), new JobScheduler(database.url)];
  const ran: string[] = [];
  const run = async (name: string) => void ran.push(`${name} ${new Date().toISOString()}`);
  const t = performance.now();
  await Promise.all(replicas.map((r) => r.start([{ name: 'due', cron: '* * * * *', run: async () => {} }, { name: 'daily', cron: '5 0 * * *', run: async () => {} }], run)));
  console.log('start ms', performance.now() - t);
  await sleep(135_000);
  console.log(ran, (await runAsSuperuser(database.url, `select name, state, created_on from pgboss.job order by 3`)).rows, (await runAsSuperuser(database.url, `select application_name, count(*) from pg_stat_activity where datname = current_database() group by 1`)).rows);
  await Promise.all(replicas.map((r) => r.stop()));
  expect(1).toBe(1);
}, 200_000);
