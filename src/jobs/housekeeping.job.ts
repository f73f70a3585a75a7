import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
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
  ) {}

  run(): Promise<void> {
    return this.repository.prune(this.clock.now());
  }
}
