import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, messageOf } from '../common/errors.js';
import { HealthRepository } from './health.repository.js';

/** A balancer asks every few seconds: better a quick "no" than a late answer. */
const PATIENCE_MILLISECONDS = 2000;

export interface Readiness {
  migrationsMissing: number;
  oldestDuePushSeconds: number;
  oldestDueMailSeconds: number;
  /** They did not reach everybody, and will not without `mail redrive`. */
  failedMails: number;
  oldestDueDeliverySeconds: number;
}

@Injectable()
export class HealthService {
  private readonly logger = new Logger(HealthService.name);
  private isStopping = false;

  constructor(private readonly repository: HealthRepository) {}

  /** From now on a balancer is told to send its requests elsewhere, while those that still come are answered. */
  beginToStop(): void {
    this.isStopping = true;
  }

  /**
   * A long queue alone does not make a replica unready: taking it out of service would not shorten it.
   * @throws DomainError 503 with the reasons
   */
  async readiness(): Promise<Readiness> {
    if (this.isStopping) throw notReady(['The process is stopping.']);
    const facts = await Promise.race([this.facts(), sleep(PATIENCE_MILLISECONDS, undefined, { ref: false })]);
    if (facts === undefined) throw notReady(['The database does not answer.']);
    if (facts.migrationsMissing > 0) throw notReady(['The database is not migrated to this version yet.']);
    return facts;
  }

  private async facts(): Promise<Readiness | undefined> {
    try {
      const migrationsMissing = await this.repository.countMissingMigrations();
      const oldestDuePushSeconds = await this.repository.oldestDuePushSeconds();
      const oldestDueMailSeconds = await this.repository.oldestDueMailSeconds();
      const failedMails = (await this.repository.countMailsByState()).get('failed') ?? 0;
      const oldestDueDeliverySeconds = await this.repository.oldestDueDeliverySeconds();
      return { migrationsMissing, oldestDuePushSeconds, oldestDueMailSeconds, failedMails, oldestDueDeliverySeconds };
    } catch (error) {
      this.logger.warn(`not ready: ${messageOf(error)}`);
      return undefined;
    }
  }
}

const notReady = (reasons: string[]) =>
  new DomainError(503, 'HEALTH.NOT_READY', reasons.join(' '), { retryAfterSeconds: 5, details: { reasons } });
