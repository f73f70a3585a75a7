import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { ReportRunner } from './report-runner.js';
import { ReportSchedule } from './report-schedule.js';

const LOOK_EVERY_MILLISECONDS = 5000;

/** Makes the reports whose turn it is, one at a time in each process, each by one worker of all replicas. */
@Injectable()
export class ReportWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Reports');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly runner: ReportRunner,
    private readonly schedule: ReportSchedule,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { role, testControl } = this.config;
    if (role !== 'api' && testControl.withoutJobs !== true) this.loop = this.run();
  }

  /** The report under way is finished: it takes seconds, and whoever takes it over begins anew. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Makes everything that is due right now; returns how many. For tests and the command line. */
  async makeDue(): Promise<number> {
    let count = 0;
    while (!this.stopping.signal.aborted && (await this.runner.makeNext())) count += 1;
    return count;
  }

  private async run(): Promise<void> {
    // What was missed while no process was up is not left to the next full minute.
    await this.attempt(() => this.schedule.run());
    while (!this.stopping.signal.aborted) {
      await this.attempt(() => this.makeDue());
      await sleep(LOOK_EVERY_MILLISECONDS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => this.logger.error(`Reports are not made: ${messageOf(error)}`));
  }
}
