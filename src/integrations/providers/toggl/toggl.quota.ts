import { readingOf } from '../../contract/quota-reading.js';
import type { QuotaReading } from '../../contract/provider.js';
import { RESERVED_CALLS, type CallBudget, type Quotas, type ToldQuota } from '../../contract/quotas.js';

/** What Toggl's gateway bears of one token. */
export const REQUESTS_PER_SECOND = 1;
const BURST = 3;
const HOUR_SECONDS = 3600;
/** Calls an hour of the smallest plan; what other plans have is learnt from their answers. */
const LEAST_CALLS = 30;

/** Whose calls Toggl counts apart: the user's own, and those about a workspace's organization. */
export type TogglBudgets = Record<'token' | 'counted', CallBudget>;

/** The budgets of a call. Only calls to Toggl itself are spread: see `TogglClient`. */
export function budgetsOf(credential: string, path: string, isVendor: boolean): TogglBudgets {
  const workspace = /^\/workspaces\/(\d+)/.exec(path)?.[1];
  return {
    token: {
      key: tokenKey(credential),
      pace: isVendor ? { requestsPerSecond: REQUESTS_PER_SECOND, burst: BURST } : undefined,
    },
    counted: {
      key: workspace === undefined ? userKey(credential) : workspaceKey(credential, workspace),
      reserve: RESERVED_CALLS,
    },
  };
}

/** What an answer says of the hour; `null` when it does not. */
export function toldBy(headers: Headers, now: Date): ToldQuota | null {
  const remaining = integerOf(headers.get('x-toggl-quota-remaining'));
  const resetsIn = integerOf(headers.get('x-toggl-quota-resets-in'));
  if (remaining === null || resetsIn === null) return null;
  const rule = { capacity: Math.max(LEAST_CALLS, remaining + 1), windowSeconds: HOUR_SECONDS };
  return { remaining, resetsAt: new Date(now.getTime() + resetsIn * 1000), rule };
}

/** A sync reads the user's own entries, which takes nothing from the workspace. */
export async function readQuotas(quotas: Quotas, credential: string, workspaceId: string): Promise<QuotaReading[]> {
  const keys = [tokenKey(credential), userKey(credential), workspaceKey(credential, workspaceId)];
  const [token, user, workspace] = await quotas.read(keys);
  return [
    readingOf(token!, { bucket: 'token', callCost: 1 }),
    readingOf(user!, { bucket: 'user', callCost: 1, reserve: RESERVED_CALLS }),
    readingOf(workspace!, { bucket: 'workspace', callCost: 0, reserve: RESERVED_CALLS }),
  ].filter((reading) => reading !== null);
}

const tokenKey = (credential: string): string => `toggl ${credential}`;
const userKey = (credential: string): string => `toggl ${credential} user`;
const workspaceKey = (credential: string, workspaceId: string): string => `toggl ${credential} ${workspaceId}`;

function integerOf(text: string | null): number | null {
  return text !== null && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
