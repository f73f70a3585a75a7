import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { PollingLoop } from '../jobs/polling-loop.js';
import { ReportRunner } from './report-runner.js';
import { ReportSchedule } from './report-schedule.js';

const LOOK_EVERY_MILLISECONDS = 5000;

/** Makes the reports whose turn it is, one at a time in each process, each by one worker of all replicas. */
@Injectable()
export class ReportWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new PollingLoop({
    name: 'Reports',
    complaint: 'Reports are not made',
    pauseMilliseconds: LOOK_EVERY_MILLISECONDS,
    // What was missed while no process was up is not left to the next full minute.
    before: () => this.schedule.run(),
    look: async () => {
      await this.makeDue();
      return false;
    },
  });

  constructor(
    private readonly runner: ReportRunner,
    private readonly schedule: ReportSchedule,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { role, testControl } = this.config;
    if (role !== 'api' && testControl.withoutJobs !== true) this.loop.start();
  }

  /** The report under way is finished: it takes seconds, and whoever takes it over begins anew. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Makes everything that is due right now; returns how many. For tests and the command line. */
  async makeDue(): Promise<number> {
    let count = 0;
    while (!this.loop.isStopping && (await this.runner.makeNext())) count += 1;
    return count;
  }
}
