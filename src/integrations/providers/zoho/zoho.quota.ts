import { sha256 } from '../../../common/hashing.js';
import type { Secret } from '../../../common/secret.js';
import { readingOf } from '../../contract/quota-reading.js';
import type { QuotaReading } from '../../contract/provider.js';
import { RESERVED_CALLS, type CallBudget, type Quotas } from '../../contract/quotas.js';

/**
 * Zoho allows 100 calls to a route in two minutes and shuts out for half an hour whoever makes more, so we stay at 80: a
 * handful at once, the rest evenly.
 */
export const REQUESTS_PER_SECOND = 0.5;
const BURST = 20;

/** Zoho counts by route. Only calls to Zoho itself are spread: see `ZohoClient`. */
export const budgetOf = (
  refreshToken: Secret | undefined,
  { method, path }: { method: string; path: string },
  isVendor: boolean,
): CallBudget => ({
  key: `zoho ${fingerprint(refreshToken)} ${method} ${path.replaceAll(/\/\d+/g, '/:id')}`,
  pace: isVendor ? { requestsPerSecond: REQUESTS_PER_SECOND, burst: BURST } : undefined,
  reserve: RESERVED_CALLS,
});

/** Of the calls that may be made at once: what is left of them on the route that a sync reads. */
export async function readQuotas(quotas: Quotas, { key }: CallBudget, now: Date): Promise<QuotaReading[]> {
  const [known] = await quotas.read([key]);
  const about = { bucket: 'timelogs', callCost: 1 };
  const asked = readingOf(known!, about);
  if (asked !== null) return [asked];
  const { paceSeconds } = known!;
  if (paceSeconds <= 0) return [];
  const remaining = Math.max(0, Math.floor(BURST - paceSeconds * REQUESTS_PER_SECOND));
  const resetsAt = new Date(now.getTime() + paceSeconds * 1000);
  return [{ ...about, unit: 'calls', remaining, limit: BURST, resetsAt, reserve: 0, isAsked: false }];
}

const fingerprint = (token: Secret | undefined): string =>
  sha256(token?.reveal() ?? '')
    .toString('base64url')
    .slice(0, 22);
