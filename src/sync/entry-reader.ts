import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { EntryReads, type ClaimedRead } from '../entry-reads/entry-reads.service.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { EntryLookUp } from './entry-look-up.js';
import { LedgerWriter } from './ledger-writer.js';
import { meteredBy, quotasOf } from './metered.js';
import { planRun } from './quota-planner.js';
import { endAfterFailure } from './run-failure.js';

/** Then the next sync has to find out. */
const MOST_ATTEMPTS = 6;
const FIRST_DELAY_SECONDS = 15;

/** Asks a service for one entry, and tells the ledger how it is there. */
@Injectable()
export class EntryReader {
  private readonly logger = new Logger('EntryReads');

  constructor(
    private readonly reads: EntryReads,
    private readonly integrations: IntegrationsService,
    private readonly lookUp: EntryLookUp,
    private readonly writer: LedgerWriter,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Never throws for what the service answers: it is asked again later. */
  async read(wanted: ClaimedRead): Promise<void> {
    const opened = await this.integrations.open(wanted.integrationId);
    // Without working credentials there is nobody to ask; once they work again, a sync reads it all.
    if (opened === null) return this.reads.done(wanted);
    // Nobody waits for the answer: people keep their reserve.
    const open = meteredBy(opened, { isByClock: true, calls: 0 });
    const wait = planRun(await quotasOf(open));
    if (wait !== null) return this.reads.postpone(wanted, this.secondsUntil(wait.until));
    try {
      await this.writer.write(open, await this.lookUp.changesOf(open, wanted.externalId));
      await this.reads.done(wanted);
    } catch (error) {
      await this.postpone(wanted, open, error);
    }
  }

  private secondsUntil(instant: Date): number {
    return Math.max(1, (instant.getTime() - this.clock.now().getTime()) / 1000);
  }

  private async postpone(wanted: ClaimedRead, { integration }: OpenIntegration, error: unknown): Promise<void> {
    const intervalSeconds = FIRST_DELAY_SECONDS * 2 ** wanted.attempts * (this.config.testControl.retryScale ?? 1);
    const failure = endAfterFailure(error, { now: this.clock.now(), intervalSeconds });
    this.logger.warn(`Entry of integration ${integration.id}: ${failure.reason}`);
    if (failure.needsReauth) await this.integrations.needsReauth(integration, failure.reason);
    if (failure.needsReauth || wanted.attempts >= MOST_ATTEMPTS) return this.reads.done(wanted);
    await this.reads.postpone(wanted, failure.delaySeconds);
  }
}
