import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { HousekeepingRepository } from './housekeeping.repository.js';
import { Scheduled, type ScheduledJob } from './scheduled-job.js';

/** Removes each hour what has served its time. */
@Scheduled()
@Injectable()
export class HousekeepingJob implements ScheduledJob {
  readonly name = 'housekeeping';
  readonly cron = '17 * * * *';

  constructor(
    private readonly repository: HousekeepingRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    await this.repository.prune(now);
    const { inboxRetentionDays: days } = this.config;
    if (days > 0) await this.repository.pruneIgnoredDeliveries(now, days);
  }
}
