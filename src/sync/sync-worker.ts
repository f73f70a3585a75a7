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
import { SyncRunner, SYNC_LEASE_SECONDS } from './sync-runner.js';
import { SyncRepository } from './sync.repository.js';

/** Integrations read at a time by one process. */
const AT_ONCE = 4;
const LOOK_EVERY_MILLISECONDS = 5000;

/** Reads integrations whose moment has come, each by one worker of all replicas. */
@Injectable()
export class SyncWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('SyncWorker');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: SyncRepository,
    private readonly runner: SyncRunner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { role, testControl } = this.config;
    if (role !== 'api' && testControl.withoutJobs !== true) this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Reads everything that is due right now. For tests and the command line. */
  async syncDue(): Promise<number> {
    const leaseSeconds = this.config.testControl.leaseSeconds ?? SYNC_LEASE_SECONDS;
    const claims = await this.repository.claimDue(AT_ONCE, leaseSeconds);
    await Promise.all(claims.map((claim) => this.runner.run(claim)));
    return claims.length;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const done = await this.syncDue().catch((error: unknown) => {
        this.logger.error(`Nothing can be synced: ${messageOf(error)}`);
        return 0;
      });
      if (done === AT_ONCE) continue;
      await sleep(LOOK_EVERY_MILLISECONDS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }
}
