import type { Clock } from '../../../common/clock.js';

const HOUR = 3_600_000;
const LISTS_KEPT = 1000;

/** Lists that change rarely, kept for an hour. Callers that come while a list is being fetched share that fetch. */
export class HourlyCache<T> {
  private readonly lists = new Map<string, { expiresAt: number; value: Promise<T> }>();

  constructor(private readonly clock: Clock) {}

  get(key: string, load: () => Promise<T>): Promise<T> {
    const now = this.clock.now().getTime();
    const known = this.lists.get(key);
    if (known !== undefined && known.expiresAt > now) return known.value;
    const value = load();
    this.lists.delete(key);
    this.lists.set(key, { expiresAt: now + HOUR, value });
    value.catch(() => {
      if (this.lists.get(key)?.value === value) this.lists.delete(key);
    });
    const oldest = this.lists.keys().next();
    if (this.lists.size > LISTS_KEPT && oldest.done !== true) this.lists.delete(oldest.value);
    return value;
  }

  forget(key: string): void {
    this.lists.delete(key);
  }
}
