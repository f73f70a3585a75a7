import type { Clock } from '../../common/clock.js';
import type { CallBudget, CallMeter, CountedCall, Pace, ToldQuota } from '../contract/quotas.js';
import { ProviderError } from '../contract/provider-error.js';
import type { BucketRow, DrawnRow, QuotasRepository } from './quotas.repository.js';

export interface CountingTools {
  repository: QuotasRepository;
  clock: Clock;
  /** A second of a service's time in seconds of ours. */
  scale: number;
  sleep(milliseconds: number): Promise<unknown>;
}

/** No quota known to us lasts longer; who asks for more is asked again after a day. */
const LONGEST_PAUSE_SECONDS = 86_400;
/** Services tell whole seconds, and the clocks of both sides differ by some. */
const SAME_INSTANT_MILLISECONDS = 2000;
const TRIES = 3;
const UNCOUNTED: DrawnRow = { remaining: null, resets_at: null, refusals: 0 };

/** One call to a service, counted against its budgets in the database. */
export class Counting implements CountedCall {
  private readonly drawn = new Map<string, DrawnRow>();

  constructor(
    private readonly tools: CountingTools,
    private readonly budgets: readonly CallBudget[],
    private readonly meter?: CallMeter,
  ) {}

  async admit(): Promise<void> {
    for (const budget of this.budgets) {
      const { pace } = budget;
      this.drawn.set(budget.key, await (pace === undefined ? this.draw(budget) : this.takeTurn(budget, pace)));
    }
    if (this.meter !== undefined) this.meter.calls += 1;
  }

  async giveBack(): Promise<void> {
    for (const { key, cost = 1 } of this.budgets) {
      const resetsAt = this.drawn.get(key)?.resets_at ?? null;
      if (resetsAt !== null) await this.tools.repository.giveBack(key, resetsAt, cost);
    }
  }

  /** Written only where it is news: mostly the answer says what was counted here already. */
  async told(key: string, quota: ToldQuota | null): Promise<void> {
    const now = this.tools.clock.now();
    if (quota === null || quota.resetsAt <= now) return;
    const known = this.drawn.get(key);
    const resetsAt = this.scaled(quota.resetsAt, now);
    const isOnTime =
      Math.abs(resetsAt.getTime() - (known?.resets_at?.getTime() ?? 0)) <= SAME_INSTANT_MILLISECONDS * this.tools.scale;
    if (isOnTime && known?.remaining === quota.remaining) return;
    await this.tools.repository.tell(key, { ...quota, resetsAt }, now);
  }

  async askedToWait(key: string, until: Date): Promise<void> {
    const seconds = (until.getTime() - this.tools.clock.now().getTime()) / 1000;
    const asked = Math.min(LONGEST_PAUSE_SECONDS, Math.max(0, seconds));
    await this.tools.repository.pause(key, asked * this.tools.scale);
  }

  known(key: string): { isCounted: boolean; refusals: number } {
    const { remaining, refusals } = this.drawn.get(key) ?? UNCOUNTED;
    return { isCounted: remaining !== null, refusals };
  }

  async answered(): Promise<void> {
    for (const [key, { refusals }] of this.drawn) if (refusals > 0) await this.tools.repository.forgive(key);
  }

  private get isByClock(): boolean {
    return this.meter?.isByClock === true;
  }

  private async takeTurn({ key, reserve = 0 }: CallBudget, pace: Pace): Promise<DrawnRow> {
    const interval = 1 / pace.requestsPerSecond;
    const turn = await this.tools.repository.takeTurn(key, interval);
    if (turn === null) throw await this.refusalOf(key);
    const atOnce = this.isByClock ? Math.max(1, pace.burst - reserve) : pace.burst;
    const seconds = turn.seconds - atOnce * interval;
    if (seconds > 0) await this.tools.sleep(seconds * 1000);
    return { ...UNCOUNTED, refusals: turn.refusals };
  }

  private async draw({ key, cost = 1, reserve = 0 }: CallBudget): Promise<DrawnRow> {
    const { repository, clock, scale } = this.tools;
    const floor = this.isByClock ? reserve : 0;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const drawn = await repository.draw(key, clock.now(), cost, floor, scale);
      if (drawn !== null) return drawn;
      const [row] = await repository.find([key]);
      if (row === undefined) return UNCOUNTED;
      const refusal = this.refusal(row, cost, floor);
      if (refusal !== null) throw refusal;
      // What could not be drawn from was no window: there is nothing to count against.
      if (!this.isCounted(row)) return { ...UNCOUNTED, refusals: row.refusals };
    }
    throw new ProviderError('quota', 'Too many calls to this service at this moment.', { retryAt: clock.now() });
  }

  private isCounted({ capacity, resets_at: resetsAt }: BucketRow): boolean {
    return capacity !== null || (resetsAt !== null && resetsAt > this.tools.clock.now());
  }

  private async refusalOf(key: string): Promise<ProviderError> {
    const [row] = await this.tools.repository.find([key]);
    const refusal = row === undefined ? null : this.refusal(row, 0, -Infinity);
    return refusal ?? askedToWait(this.tools.clock.now());
  }

  private refusal(row: BucketRow, cost: number, floor: number): ProviderError | null {
    const now = this.tools.clock.now();
    const retryAt = endOfPause(row, now, this.tools.scale);
    if (retryAt !== null) return askedToWait(retryAt);
    const { remaining, resets_at: resetsAt } = row;
    if (remaining === null || resetsAt === null || resetsAt <= now || remaining - cost >= floor) return null;
    const left = Math.max(0, remaining);
    const until = resetsAt.toISOString();
    const reason =
      floor > 0
        ? `${left} calls are left until ${until}: they are kept for what you do by hand.`
        : `The service's quota is used up: ${left} left until ${until}.`;
    return new ProviderError('quota', reason, { retryAt: this.unscaled(resetsAt, now) });
  }

  private scaled(instant: Date, now: Date): Date {
    return new Date(now.getTime() + (instant.getTime() - now.getTime()) * this.tools.scale);
  }

  private unscaled(instant: Date, now: Date): Date {
    return new Date(now.getTime() + (instant.getTime() - now.getTime()) / this.tools.scale);
  }
}

/** Until when the service asked not to be called, in whole seconds; `null` when it may be. */
export const endOfPause = ({ quiet_seconds: seconds }: BucketRow, now: Date, scale: number): Date | null =>
  seconds > 0 ? new Date(now.getTime() + Math.ceil(seconds / scale) * 1000) : null;

const askedToWait = (until: Date): ProviderError =>
  new ProviderError('quota', `The service asked to wait until ${until.toISOString()}.`, { retryAt: until });
