import { throttled } from './refusal.js';

export interface ThrottleOptions {
  requests?: number;
  windowSeconds?: number;
  lockMinutes?: number;
}

const MINUTE = 60_000;

/** Zoho's limit: so many calls to one route within a window, and whoever makes more is locked out of it for much longer. */
export class Throttle {
  private readonly calls = new Map<string, number[]>();
  private readonly lockedUntil = new Map<string, number>();

  constructor(
    private readonly now: () => number,
    private readonly options: ThrottleOptions,
  ) {}

  /** @throws Refusal 400 while locked out */
  count(personId: string, route: string): void {
    const { requests = 100, windowSeconds = 120, lockMinutes = 30 } = this.options;
    const key = `${personId} ${route}`;
    const now = this.now();
    const locked = this.lockedUntil.get(key) ?? 0;
    if (locked > now) throw throttled(Math.ceil((locked - now) / MINUTE));
    const recent = (this.calls.get(key) ?? []).filter((at) => at > now - windowSeconds * 1000);
    this.calls.set(key, [...recent, now]);
    if (recent.length < requests) return;
    this.lockedUntil.set(key, now + lockMinutes * MINUTE);
    throw throttled(lockMinutes);
  }
}
