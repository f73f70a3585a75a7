import type { CountedTries } from '../../common/http-client.js';

/** Calls that work of the clock leaves to people in each window: a start and a stop, a few times. */
export const RESERVED_CALLS = 6;

/** For whom calls are made, and how many were. */
export interface CallMeter {
  /** Work of the clock keeps the reserve for people. */
  readonly isByClock: boolean;
  /** Single tries, as the service counts them. */
  calls: number;
}

/** `burst` calls at once, then `requestsPerSecond` steadily. */
export interface Pace {
  requestsPerSecond: number;
  burst: number;
}

/** A limit that a call counts against. */
export interface CallBudget {
  /** The same at every replica: digests and ids, never a credential. */
  key: string;
  /** Calls are spread; without it they are counted, where anything is known to count against. */
  pace?: Pace;
  /** What one call takes off; 1 without. */
  cost?: number;
  /** So much the clock leaves to people. */
  reserve?: number;
}

/** A limit by the service's own rule: so many in each window, which begins with its first call. */
export interface QuotaRule {
  capacity: number;
  windowSeconds: number;
}

/** What an answer said is left. */
export interface ToldQuota {
  remaining: number;
  resetsAt: Date;
  /** What later windows will begin with. */
  rule?: QuotaRule;
}

/** What all replicas together know of a budget. */
export interface KnownQuota {
  /** `null` while nothing is counted. */
  remaining: number | null;
  resetsAt: Date | null;
  capacity: number | null;
  /** The service asked to be left alone until then; `null` when it may be called. */
  retryAt: Date | null;
  /** Seconds until the pace's bucket is full again. */
  paceSeconds: number;
}

/** One call to a service, from its first try to what its answer said of the limits. */
export interface CountedCall extends CountedTries {
  /**
   * Before every single try: takes it off all budgets, and waits where calls are spread.
   * @throws ProviderError `quota` when the service must not be called now
   */
  admit(): Promise<void>;
  told(key: string, quota: ToldQuota | null): Promise<void>;
  /** An answer that asks not to be called for a while, in all processes. */
  askedToWait(key: string, until: Date): Promise<void>;
  /** What was known when the call was let through: whether it is counted, and how often in a row we were asked to wait. */
  known(key: string): { isCounted: boolean; refusals: number };
  /** An answer that asks for nothing: the next refusal is the first one again. */
  answered(): Promise<void>;
}

/** The limits of services, known once for all replicas. */
export interface Quotas {
  begin(budgets: readonly CallBudget[], meter?: CallMeter): CountedCall;
  /** The rule of a budget as the service's plan has it; `null` when it has none (any more). */
  declare(key: string, rule: QuotaRule | null): Promise<void>;
  /** In the order asked for. Makes no call to a service. */
  read(keys: readonly string[]): Promise<KnownQuota[]>;
}
