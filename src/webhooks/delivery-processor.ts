import { Inject, Injectable } from '@nestjs/common';
import { DomainError, messageOf } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { databaseFailureOf } from '../database/failure.js';
import { Transactions } from '../database/transactions.js';
import { WebhookRefusal } from '../integrations/contract/webhooks.js';
import { DeliveryBurials } from './delivery-burials.js';
import { isReport, type ClaimedDelivery, type ClaimedReport } from './delivery.js';
import { LedgerTelling, LeaseLost } from './ledger-telling.js';
import { PhoneTelling } from './phone-telling.js';
import type { ToldWord } from './report-words.js';

/**
 * Works off claimed deliveries: as many as possible in one transaction, and when that fails, fewer, until what is wrong stands
 * alone.
 */
@Injectable()
export class DeliveryProcessor {
  constructor(
    private readonly telling: LedgerTelling,
    private readonly phones: PhoneTelling,
    private readonly burials: DeliveryBurials,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Whatever is wrong with a delivery becomes its state.
   * @throws Error only when the database is away: nothing was done then, and the claims are still held
   */
  async process(batch: readonly ClaimedDelivery[]): Promise<void> {
    const [alive, spent] = parted(batch, ({ attempts }) => attempts <= this.burials.mostAttempts);
    for (const delivery of spent) await this.burials.bury(delivery, 'Its worker ended while it was worked off.');
    for (const phone of alive.filter((delivery) => !isReport(delivery))) {
      await this.attempt([phone], () => this.phones.tell(phone));
    }
    const reports = alive.filter(isReport);
    if (reports.length > 0) await this.attempt(reports, () => this.work(reports));
  }

  private async attempt(batch: readonly ClaimedDelivery[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
      failpoint(this.config.testControl, 'delivery.committed');
    } catch (error) {
      await this.afterFailure(batch, error);
    }
  }

  /** What waits for somebody's connecting is set aside first: nothing of it is in the way of the others. */
  private async work(batch: readonly ClaimedReport[]): Promise<void> {
    const words = await this.telling.words(batch);
    const homeless = words.filter(({ change }) => change === null);
    if (homeless.length > 0) await this.transactions.run((tx) => this.telling.park(homeless, tx));
    const told = words.filter((word): word is ToldWord => word.change !== null);
    if (told.length > 0) await this.transactions.run((tx) => this.telling.tell(told, tx));
  }

  private async afterFailure(batch: readonly ClaimedDelivery[], error: unknown): Promise<void> {
    if (error instanceof LeaseLost) return;
    if (databaseFailureOf(error) === 'unavailable') throw error;
    const [single, ...others] = batch;
    if (others.length > 0) {
      const middle = Math.ceil(batch.length / 2);
      await this.process(batch.slice(0, middle));
      await this.process(batch.slice(middle));
      return;
    }
    // What is wrong with the delivery itself is wrong at the next try, too.
    if (error instanceof WebhookRefusal || error instanceof DomainError)
      return this.burials.reject(single!, error.message);
    await this.burials.postponeOrBury(single!, messageOf(error));
  }
}

function parted<T>(list: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [list.filter(isFirst), list.filter((item) => !isFirst(item))];
}
