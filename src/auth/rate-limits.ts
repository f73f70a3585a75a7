import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { tooManyRequests } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** So many times the rate may come at once. */
const BURST = 6;
/** Buckets kept; the one unused the longest goes first, and by then it is full again in any sane use. */
const MAX_BUCKETS = 20_000;

/** A token bucket per credential, in this process: N replicas allow N times the rate, and no request waits for a count. */
@Injectable()
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();
  private readonly perSecond: number;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly clock: Clock,
  ) {
    this.perSecond = config.rateLimitPerSecond;
  }

  /** @throws DomainError 429 `RATE.LIMITED` with the seconds to wait */
  take(credential: string): void {
    if (this.perSecond === 0) return;
    const bucket = this.refilled(credential);
    if (bucket.tokens < 1) {
      const seconds = Math.max(1, Math.ceil((1 - bucket.tokens) / this.perSecond));
      throw tooManyRequests('RATE.LIMITED', `More than ${this.perSecond} requests per second.`, seconds);
    }
    bucket.tokens -= 1;
  }

  get size(): number {
    return this.buckets.size;
  }

  private refilled(credential: string): Bucket {
    const now = this.clock.now().getTime();
    const capacity = this.perSecond * BURST;
    const known = this.buckets.get(credential);
    // Re-inserting keeps the map in order of last use. A clock set back must not empty a bucket.
    if (known !== undefined) this.buckets.delete(credential);
    else if (this.buckets.size >= MAX_BUCKETS) this.buckets.delete(this.buckets.keys().next().value!);
    const bucket = known ?? { tokens: capacity, at: now };
    const elapsedSeconds = Math.max(0, now - bucket.at) / 1000;
    bucket.tokens = Math.min(capacity, bucket.tokens + elapsedSeconds * this.perSecond);
    bucket.at = now;
    this.buckets.set(credential, bucket);
    return bucket;
  }
}
