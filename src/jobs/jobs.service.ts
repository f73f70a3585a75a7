import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import { JobScheduler } from './job-scheduler.js';
import { Scheduled, type ScheduledJob } from './scheduled-job.js';

/** Leaves the processor to the first requests; nothing is due in the first second of a process. */
const START_DELAY_MILLISECONDS = 1000;
const FIRST_RETRY_MILLISECONDS = 5000;
const LONGEST_RETRY_MILLISECONDS = 60_000;

/** Runs the jobs of all modules by the clock, in processes whose role it is. */
@Injectable()
export class JobsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobsService.name);
  private readonly stopping = new AbortController();
  private jobs: ScheduledJob[] = [];
  private started: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly discovery: DiscoveryService,
    private readonly host: HttpAdapterHost,
    private readonly scheduler: JobScheduler,
    private readonly errorLog: ErrorLogService,
  ) {}

  /** @throws Error when two jobs have one name: one of them would never run */
  onApplicationBootstrap(): void {
    this.jobs = this.findJobs();
    // The command line has no server, and nothing of it outlives its one command.
    const isCommandLine = this.host.httpAdapter === undefined;
    if (this.config.role === 'api' || isCommandLine || this.config.testControl.withoutJobs === true) return;
    this.started = this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.started;
    await this.scheduler.stop();
  }

  /** Names of all jobs of this build. */
  names(): string[] {
    return this.jobs.map((job) => job.name);
  }

  /** Runs a job now, whatever the clock says. A failure is noted, then thrown. */
  async run(name: string): Promise<void> {
    const job = this.jobs.find((candidate) => candidate.name === name);
    if (job === undefined) throw new Error(`There is no job ${name}`);
    try {
      await job.run();
    } catch (error) {
      const message = `The job ${name} failed: ${messageOf(error)}`;
      this.logger.error(message, error instanceof Error ? error.stack : undefined);
      await this.errorLog.record({ code: 'JOB.FAILED', severity: 'error', message, endpoint: name });
      throw error;
    }
  }

  private findJobs(): ScheduledJob[] {
    const jobs = this.discovery
      .getProviders({ metadataKey: Scheduled.KEY })
      .map((wrapper) => wrapper.instance as ScheduledJob);
    const names = jobs.map((job) => job.name);
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) throw new Error(`Two scheduled jobs are called ${repeated}`);
    return jobs;
  }

  /** Keeps trying in the background: the application answers without its clock, too. */
  private async start(): Promise<void> {
    let wait = START_DELAY_MILLISECONDS;
    let next = FIRST_RETRY_MILLISECONDS;
    while (await this.pause(wait)) {
      try {
        await this.scheduler.start(this.jobs, (name) => this.run(name));
        return;
      } catch (error) {
        this.logger.error(`The scheduled jobs could not be started, next try in ${next / 1000} s: ${messageOf(error)}`);
        wait = next;
        next = Math.min(next * 2, LONGEST_RETRY_MILLISECONDS);
      }
    }
  }

  /** @returns false when the process is being stopped */
  private pause(milliseconds: number): Promise<boolean> {
    return sleep(milliseconds, true, { signal: this.stopping.signal, ref: false }).catch(() => false);
  }
}
