import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { PollingLoop } from '../jobs/polling-loop.js';
import { SyncRunner, SYNC_LEASE_SECONDS } from './sync-runner.js';
import { SyncRepository } from './sync.repository.js';

/** Integrations read at a time by one process. */
const AT_ONCE = 4;
const LOOK_EVERY_MILLISECONDS = 5000;

/** Reads integrations whose moment has come, each by one worker of all replicas. */
@Injectable()
export class SyncWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new PollingLoop({
    name: 'SyncWorker',
    complaint: 'Nothing can be synced',
    pauseMilliseconds: LOOK_EVERY_MILLISECONDS,
    look: async () => (await this.syncDue()) === AT_ONCE,
  });

  constructor(
    private readonly repository: SyncRepository,
    private readonly runner: SyncRunner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { role, testControl } = this.config;
    if (role !== 'api' && testControl.withoutJobs !== true) this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Reads everything that is due right now. For tests and the command line. */
  async syncDue(): Promise<number> {
    const leaseSeconds = this.config.testControl.leaseSeconds ?? SYNC_LEASE_SECONDS;
    const claims = await this.repository.claimDue(AT_ONCE, leaseSeconds);
    await Promise.all(claims.map((claim) => this.runner.run(claim)));
    return claims.length;
  }
}
