import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { messageOf } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { PollingLoop } from '../jobs/polling-loop.js';
import type { ClaimedPush } from '../push/push.js';
import { PushService } from '../push/push.service.js';
import { LEASE_SECONDS, PushExecutor } from './push-executor.js';

const BATCH = 8;
const MAX_BUSY_INTEGRATIONS = 16;
const IDLE_MILLISECONDS = 1000;

/** Claims due pushes and carries them out: one after the other for an integration, many integrations at a time. */
@Injectable()
export class PushWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('PushWorker');
  private readonly busy = new Map<number, Promise<void>>();
  private readonly loop = new PollingLoop({
    name: 'PushWorker',
    complaint: 'Pushes cannot be claimed',
    pauseMilliseconds: IDLE_MILLISECONDS,
    look: async () => this.busy.size < MAX_BUSY_INTEGRATIONS && (await this.startDue()) > 0,
    rest: (stop) => this.pushes.waitForWork(this.idleMilliseconds, stop),
  });
  private turn: Promise<number> = Promise.resolve(0);

  constructor(
    private readonly pushes: PushService,
    private readonly executor: PushExecutor,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'api') this.loop.start();
  }

  /** Lets calls under way finish: their outcome must be written down. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await Promise.all(this.busy.values());
  }

  /** Carries out everything that is due right now. For tests and the command line. */
  async deliverDue(): Promise<number> {
    let delivered = 0;
    for (;;) {
      const started = await this.startDue();
      delivered += started;
      await Promise.all(this.busy.values());
      if (started === 0) return delivered;
    }
  }

  /** Where waits before a retry are shortened, looking for what has become due is not what makes them long again. */
  private get idleMilliseconds(): number {
    return Math.max(10, IDLE_MILLISECONDS * Math.min(1, this.config.testControl.retryScale ?? 1));
  }

  /** One claim at a time in this process, so that nobody overlooks what another has just taken. */
  private startDue(): Promise<number> {
    const started = this.turn.then(() => this.claimAndStart());
    this.turn = started.catch(() => 0);
    return started;
  }

  private async claimAndStart(): Promise<number> {
    const leaseSeconds = this.config.testControl.leaseSeconds ?? LEASE_SECONDS;
    const claimed = await this.pushes.claim(BATCH, leaseSeconds, [...this.busy.keys()]);
    for (const [integrationId, group] of Map.groupBy(claimed, (push) => push.integrationId)) {
      const work = this.executeInTurn(group)
        // Its outcome could not be written down: the lease runs out, and the wish is looked after again.
        .catch((error: unknown) => this.logger.error(`Pushes of ${integrationId}: ${messageOf(error)}`))
        .finally(() => {
          this.busy.delete(integrationId);
          this.pushes.wake();
        });
      this.busy.set(integrationId, work);
    }
    return claimed.length;
  }

  private async executeInTurn(group: readonly ClaimedPush[]): Promise<void> {
    for (const push of group) await this.executor.execute(push);
  }
}
