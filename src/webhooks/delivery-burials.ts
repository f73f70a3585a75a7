import { Inject, Injectable } from '@nestjs/common';
import { failpoint } from '../common/failpoint.js';
import { redact } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Transactions } from '../database/transactions.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import { MailService } from '../mail/mail.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { ClaimedDelivery } from './delivery.js';
import { deadDeliveryLetter } from './dead-delivery-letter.js';

const MOST_ATTEMPTS = 5;
const FIRST_DELAY_SECONDS = 2;
const MAX_ERROR = 500;

/** What becomes of deliveries that the ledger could not be told. */
@Injectable()
export class DeliveryBurials {
  readonly mostAttempts = MOST_ATTEMPTS;

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly transactions: Transactions,
    private readonly errorLog: ErrorLogService,
    private readonly mails: MailService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** It says what cannot be, and will not say anything else: told like one that was refused at the door. */
  async reject(delivery: ClaimedDelivery, reason: string): Promise<void> {
    await this.transactions.run((tx) => this.repository.close(delivery, 'rejected', clean(reason), tx));
    failpoint(this.config.testControl, 'delivery.rejected');
  }

  /** Something went wrong on our side: it is tried again, each time later, and in the end somebody is told. */
  async postponeOrBury(delivery: ClaimedDelivery, reason: string): Promise<void> {
    if (delivery.attempts >= MOST_ATTEMPTS) return this.bury(delivery, reason);
    const longest = FIRST_DELAY_SECONDS * 2 ** delivery.attempts;
    const seconds = longest * (0.5 + Math.random() / 2) * (this.config.testControl.retryScale ?? 1);
    await this.repository.postpone(delivery, clean(reason), seconds);
    failpoint(this.config.testControl, 'delivery.postponed');
  }

  /** Given up: noted, told by one mail, and out of the way of those behind it. */
  async bury(delivery: ClaimedDelivery, reason: string): Promise<void> {
    const error = clean(reason);
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.close(delivery, 'dead', error, tx))) return;
      const { id, provider, event } = delivery;
      const detail = { provider, event, delivery: id, attempts: delivery.attempts };
      await this.errorLog.recordIn(
        [{ code: 'DELIVERY.DEAD', severity: 'critical', message: error, subject: String(id), detail }],
        tx,
      );
      this.mails.enqueue(
        {
          effectKey: `delivery/${id}/dead/${delivery.leaseToken}`,
          kind: 'delivery.dead',
          to: this.mails.watchers,
          letter: deadDeliveryLetter({ delivery: String(id), provider, event, reason: error }, this.mails.locale),
        },
        tx,
      );
    });
    failpoint(this.config.testControl, 'delivery.buried');
  }
}

/** Errors of our own may repeat anything; what is kept is shown to administrators. */
const clean = (reason: string): string => redact(reason).slice(0, MAX_ERROR).replaceAll('\0', '\uFFFD');
