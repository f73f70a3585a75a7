import { refusal } from './refusal.js';

const DAY = 24 * 3_600_000;

/** Credits of a portal by the day, which end at midnight (UTC here). */
export class Credits {
  private readonly spent = new Map<string, { day: number; credits: number }>();

  constructor(
    private readonly now: () => number,
    public perDay: number,
  ) {}

  /** What a page costs grows with how far it lies. */
  static costOf(isList: boolean, from: number): number {
    if (!isList) return 1;
    return from <= 2000 ? 3 : from <= 10_000 ? 5 : from <= 50_000 ? 10 : 50;
  }

  /**
   * @returns the headers that every answer has
   * @throws Refusal 429 when the day's credits are gone
   */
  spend(portalId: string, cost: number): Record<string, string> {
    const now = this.now();
    const day = Math.floor(now / DAY);
    const known = this.spent.get(portalId);
    const credits = (known?.day === day ? known.credits : 0) + cost;
    if (credits > this.perDay) {
      const seconds = Math.ceil(((day + 1) * DAY - now) / 1000);
      const message = 'You have exceeded the API credits of the day.';
      throw refusal(429, 'THRESHOLD_EXCEEDED', message, {}, { 'retry-after': String(seconds) });
    }
    this.spent.set(portalId, { day, credits });
    return {
      'x-rate-limit-request-weight-v3': String(cost),
      'x-rate-limit-remaining-v3': String(this.perDay - credits),
    };
  }
}
