import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
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
  private readonly logger = new Logger('Imports');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly runner: ImportRunner,
    private readonly imports: ImportsService,
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    // The command line has no server, and reads its files itself.
    const isCommandLine = this.host.httpAdapter === undefined;
    if (!isCommandLine && this.config.testControl.withoutJobs !== true) this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Reads everything that is due right now; returns how many files. */
  async readDue(): Promise<number> {
    let count = 0;
    while (!this.stopping.signal.aborted && (await this.runner.readNext(this.stopping.signal))) count += 1;
    return count;
  }

  private async run(): Promise<void> {
    for (let look = 1; !this.stopping.signal.aborted; look++) {
      await this.attempt(() => this.readDue());
      if (look % SWEEP_EVERY_LOOKS === 0) await this.attempt(() => this.imports.sweep());
      await sleep(LOOK_EVERY_MILLISECONDS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => this.logger.error(`Files are not brought in: ${messageOf(error)}`));
  }
}
