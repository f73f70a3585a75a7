import { readingOf } from '../../contract/quota-reading.js';
import type { QuotaReading } from '../../contract/provider.js';
import { RESERVED_CALLS, type CallBudget, type Quotas, type ToldQuota } from '../../contract/quotas.js';

/** Desk limits credits by the day and calls at once, not calls by the second; this spreads them out. */
export const REQUESTS_PER_SECOND = 2;
const BURST = 10;
/** Credits of a page of a list near its beginning; one record takes one. */
const LIST_COST = 3;
const RESERVE = RESERVED_CALLS * LIST_COST;
const HALF_AN_HOUR = 30 * 60_000;

/** Credits and pace are counted by portal, for all its agents together. Only calls to Zoho itself are spread: see `DeskClient`. */
export function budgetsOf(portal: string, isList: boolean, isVendor: boolean): Record<'pace' | 'credits', CallBudget> {
  return {
    pace: {
      key: paceKey(portal),
      pace: isVendor ? { requestsPerSecond: REQUESTS_PER_SECOND, burst: BURST } : undefined,
    },
    credits: { key: creditsKey(portal), cost: isList ? LIST_COST : 1, reserve: RESERVE },
  };
}

/**
 * What an answer says of the day. The day ends at midnight in a zone that Desk does not tell, which is a whole or half hour
 * everywhere: until the next one what was said holds. No ceiling is announced.
 */
export function toldBy(headers: Headers, now: Date): ToldQuota | null {
  const remaining = integerOf(headers.get('x-rate-limit-remaining-v3'));
  if (remaining === null) return null;
  return { remaining, resetsAt: new Date((Math.floor(now.getTime() / HALF_AN_HOUR) + 1) * HALF_AN_HOUR) };
}

export async function readQuotas(quotas: Quotas, portal: string): Promise<QuotaReading[]> {
  const [pace, credits] = await quotas.read([paceKey(portal), creditsKey(portal)]);
  return [
    readingOf(pace!, { bucket: 'portal', callCost: LIST_COST }),
    readingOf(credits!, { bucket: 'credits', unit: 'credits', callCost: LIST_COST, reserve: RESERVE }),
  ].filter((reading) => reading !== null);
}

const paceKey = (portal: string): string => `zoho_desk ${portal}`;
const creditsKey = (portal: string): string => `zoho_desk ${portal} credits`;

const integerOf = (text: string | null): number | null =>
  text !== null && /^-?\d{1,10}$/.test(text.trim()) ? Number(text) : null;
