import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Transactions } from '../database/transactions.js';
import { Scheduled, type ScheduledJob } from '../jobs/scheduled-job.js';
import { MailService } from '../mail/mail.service.js';
import { digestLetter } from './session-letters/digest-letter.js';
import { SessionNoticesRepository } from './session-notices.repository.js';

/** Tells once an hour, in one mail, about the repeated sessions that were too many for a mail each. */
@Scheduled()
@Injectable()
export class SessionDigestJob implements ScheduledJob {
  readonly name = 'session-notice-digest';
  readonly cron = '7 * * * *';

  constructor(
    private readonly notices: SessionNoticesRepository,
    private readonly mails: MailService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  run(): Promise<void> {
    return this.transactions.run(async (tx) => {
      const rest = await this.notices.tellRest(tx);
      if (rest.length === 0) return;
      const letter = digestLetter(rest, this.mails.locale);
      const effectKey = `session-notices/${this.clock.now().toISOString()}`;
      this.mails.enqueue({ effectKey, kind: 'session.notices', to: this.mails.watchers, letter }, tx);
    });
  }
}
