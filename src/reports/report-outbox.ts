import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '../common/errors.js';
import type { Claim } from '../database/claims.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { MailFile } from '../mail/mail.js';
import { MailService } from '../mail/mail.service.js';
import { UsersService } from '../users/users.service.js';
import { reportLetter } from './report-letter.js';
import { mailKeyOf, type ReportRun, type RunTotals } from './report-run.js';
import { ReportRunsRepository } from './report-runs.repository.js';

/** A report that has been made. */
export interface MadeReport {
  file: MailFile;
  totals: RunTotals;
}

/** Puts reports into the outbox of mail, each in the transaction that says so of its run. */
@Injectable()
export class ReportOutbox {
  constructor(
    private readonly runs: ReportRunsRepository,
    private readonly mails: MailService,
    private readonly users: UsersService,
    private readonly transactions: Transactions,
  ) {}

  /** Ends a claimed run with its file. @returns false when another worker has taken it over: nothing is written then */
  finish(claim: Claim, run: ReportRun, { file, totals }: MadeReport): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      if (!(await this.runs.hold(claim, tx))) return false;
      const attachmentId = await this.mails.attach(file, tx);
      await this.runs.settle(claim, { state: 'done', error: null, attachmentId, totals, delaySeconds: 0 }, tx);
      await this.send({ ...run, attachmentId, totals }, tx);
      return true;
    });
  }

  /** Writes down a report that was answered at once, and mails it. */
  record(
    run: Pick<ReportRun, 'periodStart' | 'periodEnd' | 'timeZone' | 'userId' | 'locale' | 'address'>,
    { file, totals }: MadeReport,
  ): Promise<ReportRun> {
    return this.transactions.run(async (tx) => {
      const attachmentId = await this.mails.attach(file, tx);
      const created = await this.runs.createDone({ ...run, attachmentId, totals }, tx);
      await this.send(created, tx);
      return created;
    });
  }

  /**
   * Sends a report once more as it was; one that has failed is made again.
   * @param address somebody else, this time
   * @throws DomainError 404 `REPORT.RUN_NOT_FOUND`; 409 `REPORT.NOT_MADE` while there is nothing to send
   */
  resend(id: number, address: string | undefined): Promise<'sent' | 'queued'> {
    return this.transactions.run(async (tx) => {
      const run = await this.runs.lock(id, tx);
      if (run === null) throw notFound('REPORT.RUN_NOT_FOUND', 'There is no such run.');
      if (run.state === 'failed') {
        await this.runs.retry(id, tx);
        return 'queued';
      }
      if (run.state !== 'done') throw conflict('REPORT.NOT_MADE', 'There is no file of this run to send.');
      await this.runs.countSending(id, tx);
      await this.send({ ...run, timesSent: run.timesSent + 1 }, tx, address);
      return 'sent';
    });
  }

  /** To the address it was asked for, else to the person and the coordination. */
  private async send(run: ReportRun, tx: Tx, address: string | null = run.address): Promise<void> {
    const user = await this.users.get(run.userId, tx);
    this.mails.enqueue(
      {
        effectKey: mailKeyOf(run),
        kind: `report.${run.kind}`,
        to: address === null ? [user.email, ...this.mails.watchers] : [address],
        letter: reportLetter(run, user.name),
        attachmentId: run.attachmentId!,
      },
      tx,
    );
  }
}
