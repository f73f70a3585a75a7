/** The portal's credits of the day, as its last answer told. */
export interface DeskQuota {
  remaining: number;
  /** What the last call cost. */
  lastCost: number | null;
  toldAt: Date;
}

const PORTALS_KEPT = 10_000;
const DAY = 24 * 3_600_000;

/** The last figures of each portal, in this process only. No ceiling is announced, so no percentage can be told. */
export class QuotaMemory {
  private readonly readings = new Map<string, DeskQuota>();

  record(portal: string, headers: Headers, now: Date): void {
    const remaining = integerOf(headers.get('x-rate-limit-remaining-v3'));
    if (remaining === null) return;
    const lastCost = integerOf(headers.get('x-rate-limit-request-weight-v3'));
    this.readings.delete(portal);
    this.readings.set(portal, { remaining, lastCost, toldAt: now });
    const oldest = this.readings.keys().next();
    if (this.readings.size > PORTALS_KEPT && oldest.done !== true) this.readings.delete(oldest.value);
  }

  /** `null` when nothing was told within a day: credits begin anew every midnight. */
  read(portal: string, now: Date): DeskQuota | null {
    const reading = this.readings.get(portal);
    return reading !== undefined && now.getTime() - reading.toldAt.getTime() < DAY ? reading : null;
  }
}

const integerOf = (text: string | null): number | null =>
  text !== null && /^-?\d{1,10}$/.test(text.trim()) ? Number(text) : null;
