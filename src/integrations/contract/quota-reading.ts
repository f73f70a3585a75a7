import type { QuotaReading } from './provider.js';
import type { KnownQuota } from './quotas.js';

/** What a provider says of a bucket, whatever is known of it. */
type About = Pick<QuotaReading, 'bucket' | 'callCost'> & Partial<Pick<QuotaReading, 'reserve' | 'unit'>>;

/** What is known of a budget as a reading for people; `null` while it limits nothing. */
export function readingOf(
  known: KnownQuota,
  { bucket, callCost, reserve = 0, unit = 'calls' }: About,
): QuotaReading | null {
  const { remaining, resetsAt, capacity: limit, retryAt } = known;
  const reading = { bucket, unit, limit, callCost, reserve };
  if (retryAt !== null) return { ...reading, remaining: 0, resetsAt: retryAt, isAsked: true };
  return remaining === null || resetsAt === null ? null : { ...reading, remaining, resetsAt, isAsked: false };
}
