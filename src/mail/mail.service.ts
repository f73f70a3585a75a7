import { Inject, Injectable, Logger } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import { isEmailAddress, isInventedAddress } from '../common/email-address.js';
import type { Config } from '../config/env.js';
import type { MailLocale } from '../config/mail-settings.js';
import { CONFIG } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import type { ClaimedMail, MailFile, MailProgress, NewMail, Settlement } from './mail.js';
import { MailRepository, type StorableMail } from './mail.repository.js';
import { plainText, subjectLine } from './mail-text.js';

const WAKE = 'wake';

/** The outbox of mail: written with what it tells about, and sent by a worker. */
@Injectable()
export class MailService {
  private readonly logger = new Logger('Mail');
  private readonly signals = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly repository: MailRepository,
    private readonly errorLog: ErrorLogService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Who gets every mail besides the person it is about. */
  get watchers(): readonly string[] {
    return this.config.mail.recipients;
  }

  get locale(): MailLocale {
    return this.config.mail.locale;
  }

  /** False without MAIL_SERVER: then no mail is written, and there is no need to compose any. */
  get isConfigured(): boolean {
    return this.config.mail.smtp !== undefined;
  }

  enqueue(mail: NewMail, tx: Tx): void {
    this.enqueueAll([mail], tx);
  }

  /**
   * Writes mails, in this order and with one statement, in the transaction of what they tell about. Nothing happens to a mail
   * whose event has one already or for which nobody has an address, nor without a mail server. An unusable address is noted
   * and left out: it must not undo the change.
   */
  enqueueAll(mails: readonly NewMail[], tx: Tx): void {
    const { smtp } = this.config.mail;
    if (smtp === undefined) return;
    const storable = new Map<string, StorableMail>();
    for (const mail of mails) {
      const to = storable.has(mail.effectKey) ? [] : this.usableAddresses(mail, tx);
      if (to.length > 0) storable.set(mail.effectKey, { ...storableMail(mail), to });
    }
    if (storable.size === 0) return;
    const domain = smtp.sender.address.slice(smtp.sender.address.indexOf('@') + 1);
    this.repository.enqueue([...storable.values()], domain, tx);
    tx.afterCommit(() => this.wake());
  }

  /** Keeps a file for mails to carry. @returns its id, for `NewMail.attachmentId` */
  attach(file: MailFile, tx: Tx): Promise<number> {
    return this.repository.attach(file, tx);
  }

  /** What became of the mails with these keys; those that were never written are missing. */
  progressOf(effectKeys: readonly string[]): Promise<Map<string, MailProgress>> {
    return this.repository.progressOf(effectKeys);
  }

  hasDue(): Promise<boolean> {
    return this.repository.hasDue();
  }

  /** Takes the mail that has been due longest, for this worker; none while another one is sending. */
  claim(leaseSeconds: number): Promise<ClaimedMail | null> {
    return this.repository.claim(leaseSeconds);
  }

  /** Prolongs the lease while a slow server thinks; false when somebody else has taken over. */
  renew(mail: ClaimedMail, leaseSeconds: number): Promise<boolean> {
    return this.repository.renew(mail, leaseSeconds);
  }

  /** Puts a mail back that no server has heard of. */
  release(mail: ClaimedMail, reason: string): Promise<boolean> {
    return this.repository.release(mail, reason);
  }

  /** Writes down what a try achieved; false when it is not ours any more. */
  settle(mail: ClaimedMail, settlement: Settlement): Promise<boolean> {
    return this.repository.settle(mail, settlement);
  }

  /** Gives what failed another round of tries; returns how many mails. */
  async redrive(): Promise<number> {
    const count = await this.repository.redrive();
    this.wake();
    return count;
  }

  /** Tells the worker of this process that there may be something to do. */
  wake(): void {
    this.signals.emit(WAKE);
  }

  /** Sleeps until there may be something to do. */
  async waitForWork(maximumMilliseconds: number, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(maximumMilliseconds), stop]);
    await once(this.signals, WAKE, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }

  private usableAddresses({ to, kind }: NewMail, tx: Tx): string[] {
    const usable = new Map<string, string>();
    for (const address of to) {
      if (address == null || address === '') continue;
      if (isEmailAddress(address) && !isInventedAddress(address)) usable.set(address.toLowerCase(), address);
      else tx.afterCommit(() => this.noteUnusable(address, kind));
    }
    return [...usable.values()];
  }

  private noteUnusable(address: string, kind: string): void {
    if (isInventedAddress(address)) return;
    void this.errorLog.record({
      code: 'MAIL.BAD_ADDRESS',
      severity: 'warning',
      message: `A mail was not sent to what is no plain address: "${address.slice(0, 100)}"`,
      detail: { kind },
    });
  }
}

function storableMail({ effectKey, kind, letter, attachmentId }: NewMail): Omit<StorableMail, 'to'> {
  const { locale, subject, banner, tone, paragraphs, facts = [] } = letter;
  return {
    effectKey,
    kind,
    attachmentId: attachmentId ?? null,
    locale,
    subject: subjectLine(subject),
    content: {
      banner: plainText(banner),
      tone,
      paragraphs: paragraphs.map(plainText),
      facts: facts.map(([label, value]) => [plainText(label), plainText(value)] as const),
    },
  };
}
