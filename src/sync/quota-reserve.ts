import type { QuotaReading } from '../integrations/contract/provider.js';

/** Calls that a sync by the clock leaves to people: a start and a stop, a few times. */
const RESERVE = 6;

export interface QuotaWait {
  until: Date;
  reason: string;
}

/** Whether a sync by the clock has to wait, because what is left of a quota is kept for what people press. Pure. */
export function waitForQuota(readings: readonly QuotaReading[]): QuotaWait | null {
  const scarce = readings.filter((reading) => reading.remaining <= RESERVE);
  if (scarce.length === 0) return null;
  const last = scarce.reduce((one, other) => (one.resetsAt > other.resetsAt ? one : other));
  const left = Math.max(0, Math.min(...scarce.map((reading) => reading.remaining)));
  return {
    until: last.resetsAt,
    reason: `${left} calls are left until ${last.resetsAt.toISOString()}: they are kept for what you do by hand.`,
  };
}
