import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { withinMilliseconds } from '../common/deadline.js';
import { messageOf } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Leases } from '../database/leases.js';
import { MailSender } from './mail-sender.js';
import { MailService } from './mail.service.js';

/** One process sends at a time, so that mails to one recipient leave in the order in which they were written. */
const SENDER_LEASE = 'mail';
/** Then the lease is taken anew; well below its length. */
const TURN_MILLISECONDS = 10_000;
const DRAIN_MILLISECONDS = 8000;

/** `more`: there may be others due; `idle`: nothing is due, or another process sends; `away`: no server takes mail. */
type Turn = 'more' | 'idle' | 'away';

/** Sends what is due while a mail server takes it; while none does, it tries again now and then and loses nothing. */
@Injectable()
export class MailWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Mail');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly mails: MailService,
    private readonly sender: MailSender,
    private readonly leases: Leases,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    if (this.sender.isConfigured) this.loop = this.run();
    else this.logger.log('MAIL_SERVER is not set: no mail is written or sent.');
  }

  /** Lets the message under way finish, because what is broken off may arrive twice. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const finished = await withinMilliseconds(
      DRAIN_MILLISECONDS,
      this.loop.then(() => true),
    );
    if (finished === undefined) this.sender.breakOff();
    await this.loop;
    this.sender.rest();
  }

  /** Sends everything that is due right now, without a pause. For tests; returns what kept it from going on. */
  async deliverDue(): Promise<Turn> {
    for (;;) {
      const turn = await this.takeTurn();
      if (turn === 'more') continue;
      this.sender.rest();
      return turn;
    }
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const turn = await this.takeTurn().catch((error: unknown): Turn => {
        // The database is away: it is asked again, and readiness tells about it.
        this.logger.error(`Mails cannot be sent: ${messageOf(error)}`);
        return 'away';
      });
      if (turn === 'more') continue;
      this.sender.rest();
      await this.pause(turn);
    }
  }

  /** Mail that is written meanwhile is a reason to begin at once, but not to disturb a server that is away. */
  private async pause(turn: 'idle' | 'away'): Promise<void> {
    const milliseconds = this.config.mail.processIntervalSeconds * 1000 * (this.config.testControl.retryScale ?? 1);
    const { signal } = this.stopping;
    if (turn === 'idle') return this.mails.waitForWork(Math.max(10, milliseconds), signal);
    await sleep(Math.max(10, milliseconds), undefined, { signal }).catch(() => undefined);
  }

  private async takeTurn(): Promise<Turn> {
    if (!this.sender.isConfigured || !(await this.mails.hasDue())) return 'idle';
    const held = await this.leases.whileHolding(SENDER_LEASE, 0, () => this.sendSome(), this.sender.leaseSeconds);
    return held?.result ?? 'idle';
  }

  private async sendSome(): Promise<Turn> {
    const end = performance.now() + TURN_MILLISECONDS;
    while (performance.now() < end && !this.stopping.signal.aborted) {
      const mail = await this.mails.claim(this.sender.leaseSeconds);
      if (mail === null) return 'idle';
      if (!(await this.sender.send(mail))) return 'away';
    }
    return 'more';
  }
}
