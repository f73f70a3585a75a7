/** Calls with one key share one bucket: `burst` at once, then `requestsPerSecond` steadily. */
export interface Pace {
  /** Never a secret itself: a hash of the credential, say. */
  key: string;
  requestsPerSecond: number;
  burst: number;
}

const BUCKETS_KEPT = 10_000;

/**
 * Token buckets, kept as the instant at which each would be full again. A caller reserves its place when it asks, so waiters
 * are served in order and none waits twice.
 */
export class Pacer {
  private readonly fullAt = new Map<string, number>();

  constructor(
    private readonly monotonic: () => number,
    private readonly sleep: (milliseconds: number) => Promise<unknown>,
  ) {}

  async waitFor(pace: Pace): Promise<void> {
    const wait = this.reserve(pace);
    if (wait > 0) await this.sleep(wait);
  }

  private reserve(pace: Pace): number {
    const now = this.monotonic();
    const interval = 1000 / pace.requestsPerSecond;
    const fullAt = Math.max(now, this.fullAt.get(pace.key) ?? now);
    this.forgetFullOnes(now);
    this.fullAt.set(pace.key, fullAt + interval);
    return Math.max(0, fullAt - now - (pace.burst - 1) * interval);
  }

  private forgetFullOnes(now: number): void {
    if (this.fullAt.size < BUCKETS_KEPT) return;
    for (const [key, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(key);
  }
}
