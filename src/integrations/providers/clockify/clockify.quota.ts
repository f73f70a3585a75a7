import { readingOf } from '../../contract/quota-reading.js';
import type { QuotaReading } from '../../contract/provider.js';
import { RESERVED_CALLS, type CallBudget, type QuotaRule, type Quotas, type ToldQuota } from '../../contract/quotas.js';

/** What Clockify bears of one key. */
export const REQUESTS_PER_SECOND = 10;
const HOUR_SECONDS = 3600;
/** New workspaces on the free plan have 30 calls an hour, for all who work in them together. */
export const FREE_PLAN: QuotaRule = { capacity: 30, windowSeconds: HOUR_SECONDS };
const FIRST_BACK_OFF_SECONDS = 60;
/** Larger figures are unix seconds, smaller ones seconds from now: both are in use, and Clockify documents neither. */
const OLDEST_UNIX_SECONDS = 1_000_000_000;

/** Calls are spread by key and counted by workspace; some are about no workspace. */
export interface ClockifyBudgets {
  key: CallBudget;
  workspace: CallBudget | null;
}

/** Only calls to Clockify itself are spread (evenly, so that no second sees more than it may): see `ClockifyClient`. */
export function budgetsOf(credential: string, host: string, path: string, isVendor: boolean): ClockifyBudgets {
  const workspaceId = /^\/workspaces\/([^/]+)\//.exec(path)?.[1];
  return {
    key: {
      key: keyKey(credential),
      pace: isVendor ? { requestsPerSecond: REQUESTS_PER_SECOND, burst: 1 } : undefined,
    },
    workspace: workspaceId === undefined ? null : { key: workspaceKey(host, workspaceId), reserve: RESERVED_CALLS },
  };
}

/** All keys of a workspace count together. */
export const workspaceKey = (host: string, workspaceId: string): string => `clockify ${host} ${workspaceId}`;

const keyKey = (credential: string): string => `clockify ${credential}`;

/** A minute after the first refusal in a row, then twice as long each time, up to an hour. */
export const backOffSeconds = (refusalsBefore: number): number =>
  Math.min(HOUR_SECONDS, FIRST_BACK_OFF_SECONDS * 2 ** Math.min(refusalsBefore, 10));

/** When the quota opens again, as `X-RateLimit-Reset` says; `null` without that header. */
export function resetTime(headers: Headers, now: Date): Date | null {
  const reset = integerOf(headers.get('x-ratelimit-reset'));
  if (reset === null) return null;
  return new Date(reset >= OLDEST_UNIX_SECONDS ? reset * 1000 : now.getTime() + reset * 1000);
}

/** What an answer says of the hour, where it says so: it need not. */
export function toldBy(headers: Headers, now: Date): ToldQuota | null {
  const remaining = integerOf(headers.get('x-ratelimit-remaining'));
  const resetsAt = resetTime(headers, now);
  if (remaining === null || resetsAt === null) return null;
  const limit = integerOf(headers.get('x-ratelimit-limit'));
  return { remaining, resetsAt, rule: limit === null ? undefined : { capacity: limit, windowSeconds: HOUR_SECONDS } };
}

export async function readQuotas(
  quotas: Quotas,
  { credential, host, workspaceId }: { credential: string; host: string; workspaceId: string },
): Promise<QuotaReading[]> {
  const [key, workspace] = await quotas.read([keyKey(credential), workspaceKey(host, workspaceId)]);
  return [
    readingOf(key!, { bucket: 'key', callCost: 1 }),
    readingOf(workspace!, { bucket: 'workspace', callCost: 1, reserve: RESERVED_CALLS }),
  ].filter((reading) => reading !== null);
}

function integerOf(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text.trim()) ? Number(text) : null;
}
