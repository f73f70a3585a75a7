import { Injectable, Logger } from '@nestjs/common';
import type { PgBoss } from 'pg-boss';
import { messageOf } from '../common/errors.js';
import type { ScheduledJob } from './scheduled-job.js';

const SCHEMA = 'pgboss';
/** Occurrences are at least a minute apart, so there is no hurry in looking for them. */
const POLL_SECONDS = 10;
const STOP_MILLISECONDS = 8000;

/** The clock and the queue of the jobs: pg-boss, in a schema and with connections of its own. */
@Injectable()
export class JobScheduler {
  private readonly logger = new Logger(JobScheduler.name);
  private boss: PgBoss | undefined;

  constructor(private readonly databaseUrl: string) {}

  /** Schedules the jobs and begins to run them. After a failure nothing is left open, and it may be called again. */
  async start(jobs: ScheduledJob[], run: (name: string) => Promise<void>): Promise<void> {
    const boss = await this.createBoss();
    try {
      await boss.start();
      for (const { name, cron, timeZone } of jobs) {
        // One waiting and one running at most: a slow run is not followed by a queue of late ones.
        await boss.createQueue(name, { policy: 'stately', retryLimit: 2, retryDelay: 60, expireInSeconds: 3600 });
        await boss.work(name, { pollingIntervalSeconds: POLL_SECONDS }, () => run(name));
        await boss.schedule(name, cron, null, { tz: timeZone ?? 'UTC', missed: 'once' });
      }
    } catch (error) {
      await boss.stop({ graceful: false }).catch(() => undefined);
      throw error;
    }
    this.boss = boss;
  }

  /** Waits for running jobs, then closes the connections. */
  async stop(): Promise<void> {
    await this.boss?.stop({ graceful: true, timeout: STOP_MILLISECONDS });
    this.boss = undefined;
  }

  private async createBoss(): Promise<PgBoss> {
    // Loaded only where it is used, and only once the application answers: start-up does not wait for it.
    const { PgBoss } = await import('pg-boss');
    const options = {
      connectionString: this.databaseUrl,
      schema: SCHEMA,
      max: 3,
      application_name: 'timesheet-jobs',
      connectionTimeoutMillis: 5000,
      // Handed on to the driver: a server that has fallen silent would be waited for without end.
      query_timeout: 60_000,
    };
    const boss = new PgBoss(options);
    boss.on('error', (error) => this.logger.warn(`Scheduled jobs: ${messageOf(error)}`));
    return boss;
  }
}
