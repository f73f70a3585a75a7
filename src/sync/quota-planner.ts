import type { QuotaReading } from '../integrations/contract/provider.js';

/** Why a sync by the clock does not run, and until when. */
export interface QuotaWait {
  until: Date;
  reason: string;
}

export interface NextRun {
  delaySeconds: number;
  /** Set when nothing can be read before a quota opens again. */
  isWaiting: boolean;
  /** Why it is later than its user's interval; `null` when it is not. */
  reason: string | null;
}

/**
 * Whether a sync by the clock has to wait: it must be able to make one call at least and leave people their reserve. What it
 * needs beyond that is decided call by call, and a walk that is stopped goes on where it was. Pure.
 */
export function planRun(readings: readonly QuotaReading[]): QuotaWait | null {
  const scarce = readings.filter((reading) => reading.callCost > 0 && spendable(reading) < reading.callCost);
  return scarce.length === 0 ? null : waitFor(latest(scarce));
}

/**
 * When to read next, after a run that was a success: as often as the user asked, or as often as what is left until the quotas
 * open again allows. Pure.
 * @param calls what the next run is expected to make
 */
export function planNext(
  readings: readonly QuotaReading[],
  { now, intervalSeconds, calls }: { now: Date; intervalSeconds: number; calls: number },
): NextRun {
  const asAsked: NextRun = { delaySeconds: intervalSeconds, isWaiting: false, reason: null };
  const plans = readings.map((reading): NextRun => {
    const untilReset = (reading.resetsAt.getTime() - now.getTime()) / 1000;
    const needed = reading.callCost * Math.max(1, calls);
    if (needed === 0 || untilReset <= intervalSeconds) return asAsked;
    const runs = Math.floor(spendable(reading) / needed);
    if (runs < 1) return { delaySeconds: untilReset, isWaiting: true, reason: waitFor(reading, needed).reason };
    const delaySeconds = untilReset / runs;
    if (delaySeconds <= intervalSeconds) return asAsked;
    return { delaySeconds, isWaiting: false, reason: `Read less often until ${until(reading)}: ${left(reading)}.` };
  });
  return plans.reduce((one, other) => (other.delaySeconds > one.delaySeconds ? other : one), asAsked);
}

const spendable = ({ remaining, reserve }: QuotaReading): number => remaining - reserve;

const latest = (readings: readonly QuotaReading[]): QuotaReading =>
  readings.reduce((one, other) => (one.resetsAt > other.resetsAt ? one : other));

function waitFor(reading: QuotaReading, needed = reading.callCost): QuotaWait {
  return { until: reading.resetsAt, reason: reasonOf(reading, needed) };
}

function reasonOf(reading: QuotaReading, needed: number): string {
  if (reading.isAsked) return `The service asked to wait until ${until(reading)}.`;
  if (spendable(reading) < reading.callCost)
    return `${left(reading)} until ${until(reading)}: they are kept for what you do by hand.`;
  const kept = reading.reserve > 0 ? `, ${reading.reserve} of them kept for what you do by hand` : '';
  return `The next read takes about ${needed} ${reading.unit}; ${left(reading)} until ${until(reading)}${kept}.`;
}

const left = ({ remaining, unit }: QuotaReading): string => `${Math.max(0, remaining)} ${unit} are left`;
const until = ({ resetsAt }: QuotaReading): string => resetsAt.toISOString();
