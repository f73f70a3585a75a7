import { Inject, Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import { renderLetter } from './letter-template.js';
import type { ClaimedMail, RecipientResult, Settlement } from './mail.js';
import { MailService } from './mail.service.js';
import { settle } from './settle.js';
import { MailServerUnavailable } from './smtp-refusal.js';
import { SmtpSession, type SmtpTimeouts } from './smtp-session.js';

export const LEASE_SECONDS = 60;
const TIMEOUTS: SmtpTimeouts = { openMilliseconds: 15_000, sendMilliseconds: 120_000 };

/** Hands claimed mails to the server, one after the other, and writes down what became of each. */
@Injectable()
export class MailSender {
  private readonly logger = new Logger('Mail');
  private readonly session: SmtpSession | null;
  private isServerAway = false;

  constructor(
    private readonly mails: MailService,
    private readonly errorLog: ErrorLogService,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const { smtp } = config.mail;
    this.session = smtp === undefined ? null : new SmtpSession(smtp, this.timeouts);
  }

  /** False without MAIL_SERVER: then there is nothing to send, and nobody to take it. */
  get isConfigured(): boolean {
    return this.session !== null;
  }

  get leaseSeconds(): number {
    return this.config.testControl.leaseSeconds ?? LEASE_SECONDS;
  }

  /** @returns false when no server takes mail: this one waits where it was, and so should the others */
  async send(mail: ClaimedMail): Promise<boolean> {
    try {
      const results = await this.deliver(mail);
      failpoint(this.config.testControl, 'mail.sent');
      await this.conclude(mail, results);
      return true;
    } catch (error) {
      if (!(error instanceof MailServerUnavailable)) throw error;
      await this.mails.release(mail, error.message);
      await this.noteAway(error.message);
      return false;
    }
  }

  /** Between two bursts: servers do not like clients that stay and say nothing. */
  rest(): void {
    this.session?.end();
  }

  /** The process ends: what the server has not confirmed by now is sent again by another one. */
  breakOff(): void {
    this.session?.breakOff();
  }

  private async deliver(mail: ClaimedMail): Promise<RecipientResult[]> {
    if (mail.envelope.length === 0) return [];
    // A server may take longer over a message than a lease lasts.
    const renewal = setInterval(() => void this.renew(mail), (this.leaseSeconds * 1000) / 3);
    try {
      const { results } = await this.session!.send({ ...mail, ...renderLetter(mail.letter) });
      this.noteBack();
      return results;
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(mail: ClaimedMail): Promise<void> {
    await this.mails
      .renew(mail, this.leaseSeconds)
      .catch((error: unknown) => this.logger.warn(`The lease of mail ${mail.id} is not renewed: ${messageOf(error)}`));
  }

  private async conclude(mail: ClaimedMail, results: RecipientResult[]): Promise<void> {
    const { retryScale } = this.config.testControl;
    const settlement = settle(results, mail.attempts, mail.isRefusedBySome, this.config.mail, retryScale);
    const isOurs = await this.mails.settle(mail, settlement);
    if (!isOurs) return this.logger.warn(`Mail ${mail.id} was taken over by another worker: it may arrive twice.`);
    await this.noteFailures(mail, settlement);
  }

  private async noteFailures(mail: ClaimedMail, { state, results, lastError }: Settlement): Promise<void> {
    const detail = { mailId: mail.id, kind: mail.kind };
    for (const { address, verdict, reason } of results) {
      if (verdict !== 'refused') continue;
      const message = `The mail server refuses "${address}": ${reason}`;
      await this.errorLog.record({ code: 'MAIL.RECIPIENT_REFUSED', severity: 'error', message, detail });
    }
    if (state !== 'failed' || !results.some(({ verdict }) => verdict === 'deferred')) return;
    const message = `A mail was given up: ${lastError}`;
    await this.errorLog.record({ code: 'MAIL.GIVEN_UP', severity: 'error', message, detail });
  }

  /** Said once, not at every probe. */
  private async noteAway(reason: string): Promise<void> {
    if (this.isServerAway) return;
    this.isServerAway = true;
    const message = `The mail server takes no mail: ${reason}`;
    this.logger.error(`${message} Mails wait, and none of their tries is used up.`);
    await this.errorLog.record({ code: 'MAIL.SERVER_UNAVAILABLE', severity: 'critical', message });
  }

  private noteBack(): void {
    if (this.isServerAway) this.logger.log('The mail server takes mail again.');
    this.isServerAway = false;
  }

  private get timeouts(): SmtpTimeouts {
    const { callTimeoutMilliseconds: short } = this.config.testControl;
    return short === undefined ? TIMEOUTS : { openMilliseconds: short, sendMilliseconds: short };
  }
}
