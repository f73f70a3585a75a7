import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '../../common/clock.js';
import type { Config } from '../../config/env.js';
import { CONFIG } from '../../config/tokens.js';
import type { CallBudget, CallMeter, CountedCall, KnownQuota, QuotaRule, Quotas } from '../contract/quotas.js';
import { Counting, endOfPause } from './counting.js';
import { QuotasRepository } from './quotas.repository.js';

const NOTHING_KNOWN: KnownQuota = { remaining: null, resetsAt: null, capacity: null, retryAt: null, paceSeconds: 0 };

/** The limits of outside services, counted in the database for all replicas together. */
@Injectable()
export class QuotasService implements Quotas {
  /** Tests replace it, to see the waits without waiting. */
  sleep: (milliseconds: number) => Promise<unknown> = (milliseconds) => delay(milliseconds);

  constructor(
    private readonly repository: QuotasRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'testControl'>,
  ) {}

  begin(budgets: readonly CallBudget[], meter?: CallMeter): CountedCall {
    const { repository, clock } = this;
    const tools = { repository, clock, scale: this.scale, sleep: (milliseconds: number) => this.sleep(milliseconds) };
    return new Counting(tools, budgets, meter);
  }

  declare(key: string, rule: QuotaRule | null): Promise<void> {
    return this.repository.declare(key, rule);
  }

  async read(keys: readonly string[]): Promise<KnownQuota[]> {
    const now = this.clock.now();
    const rows = new Map((await this.repository.find(keys)).map((row) => [row.bucket_key, row]));
    return keys.map((key) => {
      const row = rows.get(key);
      if (row === undefined) return NOTHING_KNOWN;
      // A window that is over says nothing any more.
      const isCurrent = row.resets_at !== null && row.resets_at > now;
      return {
        remaining: isCurrent ? row.remaining : null,
        resetsAt: isCurrent ? row.resets_at : null,
        capacity: row.capacity,
        retryAt: endOfPause(row, now, this.scale),
        paceSeconds: Math.max(0, row.pace_seconds),
      };
    });
  }

  /** A second of a service's time in seconds of ours: 1 outside tests. */
  private get scale(): number {
    return this.config.testControl.retryScale ?? 1;
  }
}
