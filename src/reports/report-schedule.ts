import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { Scheduled, type ScheduledJob } from '../jobs/scheduled-job.js';
import { instantsOf, latestDue, periodAfter, periodOf, type DayRange, type PeriodKind } from './period.js';
import { ReportRunsRepository } from './report-runs.repository.js';

/** After a longer absence the older ones are not made up. */
const MOST_MISSED = 31;

/**
 * Writes down the runs of every period whose report is due, once over all replicas: how far it has come is a row that is
 * locked, and a run is a row with a unique key.
 */
@Scheduled()
@Injectable()
export class ReportSchedule implements ScheduledJob {
  readonly name = 'report-schedule';
  readonly cron = '* * * * *';
  private readonly logger = new Logger('Reports');

  constructor(
    private readonly runs: ReportRunsRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run(): Promise<void> {
    for (const kind of ['weekly', 'monthly'] as const) await this.planDue(kind);
  }

  private planDue(kind: PeriodKind): Promise<void> {
    const { reportTimeZone, reportWeekStart } = this.config;
    const due = latestDue(kind, this.clock.now(), reportTimeZone, reportWeekStart);
    return this.transactions.run(async (tx) => {
      const last = await this.runs.lockSchedule(kind, tx);
      // A new installation begins with the period that ends next.
      if (last === null) return this.runs.beginSchedule(kind, due.from, tx);
      const missed = periodsBetween(kind, last, due, this.config);
      for (const period of missed.slice(-MOST_MISSED)) await this.plan(kind, period, tx);
      if (missed.length > 0) await this.runs.advanceSchedule(kind, due.from, tx);
    });
  }

  private async plan(kind: PeriodKind, period: DayRange, tx: Tx): Promise<void> {
    const { reportTimeZone: timeZone, mail } = this.config;
    const interval = instantsOf(period, timeZone);
    const plan = { kind, origin: 'schedule', period, interval, timeZone, locale: mail.locale } as const;
    const count = await this.runs.plan(plan, tx);
    this.logger.log(`${kind} report of ${period.from}: ${count} runs`);
  }
}

/** Periods after the one that begins at `last`, up to `due`. */
function periodsBetween(kind: PeriodKind, last: string, due: DayRange, { reportWeekStart }: Config): DayRange[] {
  const periods: DayRange[] = [];
  let period = periodOf(kind, last, reportWeekStart);
  while (period.from < due.from) {
    period = periodAfter(kind, period, reportWeekStart);
    periods.push(period);
  }
  return periods;
}
