import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { PollingLoop } from '../jobs/polling-loop.js';
import { ImportRunner } from './import-runner.js';
import { ImportsService } from './imports.service.js';

const LOOK_EVERY_MILLISECONDS = 2000;
const SWEEP_EVERY_LOOKS = 30;

/**
 * Reads uploaded files one after the other. In processes of every role: a file lies on the machine that has received it, and
 * nobody else can read it.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new PollingLoop({
    name: 'Imports',
    complaint: 'Files are not brought in',
    pauseMilliseconds: LOOK_EVERY_MILLISECONDS,
    look: () => this.look(),
  });
  private looks = 0;

  constructor(
    private readonly runner: ImportRunner,
    private readonly imports: ImportsService,
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    // The command line has no server, and reads its files itself.
    const isCommandLine = this.host.httpAdapter === undefined;
    if (!isCommandLine && this.config.testControl.withoutJobs !== true) this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Reads everything that is due right now; returns how many files. */
  async readDue(): Promise<number> {
    let count = 0;
    while (!this.loop.isStopping && (await this.runner.readNext(this.loop.stopSignal))) count += 1;
    return count;
  }

  private async look(): Promise<boolean> {
    this.looks += 1;
    try {
      await this.readDue();
    } finally {
      if (this.looks % SWEEP_EVERY_LOOKS === 0) await this.imports.sweep();
    }
    return false;
  }
}
