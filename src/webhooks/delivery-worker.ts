import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { failpoint } from '../common/failpoint.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { PollingLoop } from '../jobs/polling-loop.js';
import { DeliveriesRepository, type ClaimKind } from './deliveries.repository.js';
import type { ClaimedDelivery } from './delivery.js';
import { DeliveryNotes } from './delivery-notes.js';
import { DeliveryProcessor } from './delivery-processor.js';
import { DeliverySignal } from './delivery-signal.js';

/** What somebody died of before is taken alone: it must not take others along. */
const BATCH: Record<ClaimKind, number> = { fresh: 200, large: 1, tried: 1 };
const LEASE_SECONDS = 60;
const IDLE_MILLISECONDS = 1000;

/** Works off the inbox: woken by what comes in here, and looking by itself for what came in elsewhere. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new PollingLoop({
    name: 'Deliveries',
    complaint: 'Deliveries cannot be worked off',
    pauseMilliseconds: IDLE_MILLISECONDS,
    look: async () => (await this.takeTurn()) > 0,
    rest: (stop) => this.signal.wait(this.idleMilliseconds, stop),
  });
  /** Taken when the database went away, so that they could not be given back. */
  private held: ClaimedDelivery[] = [];

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly processor: DeliveryProcessor,
    private readonly notes: DeliveryNotes,
    private readonly signal: DeliverySignal,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'api') this.loop.start();
  }

  /** Lets the batch under way finish. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Works off everything that is due right now. For tests and the command line; returns how many deliveries it took. */
  async processDue(): Promise<number> {
    let worked = 0;
    for (let done = await this.takeTurn(); done > 0; done = await this.takeTurn()) worked += done;
    return worked;
  }

  /** Where waits before a retry are shortened, looking for what has become due is not what makes them long again. */
  private get idleMilliseconds(): number {
    return Math.max(10, IDLE_MILLISECONDS * Math.min(1, this.config.testControl.retryScale ?? 1));
  }

  private async takeTurn(): Promise<number> {
    await this.giveBack();
    const fresh = await this.workOff('fresh');
    const large = await this.workOff('large');
    const tried = await this.workOff('tried');
    const noted = await this.notes.noteSome();
    if (noted > 0) failpoint(this.config.testControl, 'delivery.noted');
    return fresh + large + tried + noted;
  }

  private async workOff(kind: ClaimKind): Promise<number> {
    const leaseSeconds = this.config.testControl.leaseSeconds ?? LEASE_SECONDS;
    const claimed = await this.repository.claim(kind, BATCH[kind], leaseSeconds);
    if (claimed.length === 0) return 0;
    failpoint(this.config.testControl, 'delivery.claimed');
    this.held = claimed;
    await this.processor.process(claimed);
    this.held = [];
    return claimed.length;
  }

  private async giveBack(): Promise<void> {
    if (this.held.length === 0) return;
    await this.repository.release(this.held);
    this.held = [];
  }
}
