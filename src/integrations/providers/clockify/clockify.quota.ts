/** How many calls Clockify still grants, where it says so: its answers need not. */
export interface ClockifyQuota {
  remaining: number;
  resetsAt: Date;
}

const FIRST_BACK_OFF_SECONDS = 60;
/** New workspaces on the free plan have 30 calls an hour. */
const LONGEST_BACK_OFF_SECONDS = 3600;
const CREDENTIALS_KEPT = 10_000;
/** Larger figures are unix seconds, smaller ones seconds from now: both are in use, and Clockify documents neither. */
const OLDEST_UNIX_SECONDS = 1_000_000_000;

interface Memory {
  reading: ClockifyQuota | null;
  refusals: number;
}

/** What each credential was last told about its quota, and how often in a row it was refused; in this process only. */
export class QuotaMemory {
  private readonly memories = new Map<string, Memory>();

  record(credential: string, status: number, headers: Headers, now: Date): void {
    const known = this.memories.get(credential);
    const reading = readingOf(headers, now) ?? known?.reading ?? null;
    const refusals = status === 429 ? (known?.refusals ?? 0) + 1 : 0;
    this.memories.delete(credential);
    if (reading === null && refusals === 0) return;
    this.memories.set(credential, { reading, refusals });
    if (this.memories.size > CREDENTIALS_KEPT) this.forgetOldest();
  }

  /** A minute after the first refusal in a row, then twice as long each time, up to an hour. */
  backOffSeconds(credential: string): number {
    const refusals = this.memories.get(credential)?.refusals ?? 0;
    return Math.min(LONGEST_BACK_OFF_SECONDS, FIRST_BACK_OFF_SECONDS * 2 ** Math.max(0, refusals - 1));
  }

  /** `null` when nothing was said, or when its time is over. */
  read(credential: string, now: Date): ClockifyQuota | null {
    const reading = this.memories.get(credential)?.reading ?? null;
    return reading !== null && reading.resetsAt > now ? reading : null;
  }

  private forgetOldest(): void {
    const oldest = this.memories.keys().next();
    if (oldest.done !== true) this.memories.delete(oldest.value);
  }
}

/** When the quota opens again, as `X-RateLimit-Reset` says; `null` without that header. */
export function resetTime(headers: Headers, now: Date): Date | null {
  const reset = integerOf(headers.get('x-ratelimit-reset'));
  if (reset === null) return null;
  return new Date(reset >= OLDEST_UNIX_SECONDS ? reset * 1000 : now.getTime() + reset * 1000);
}

function readingOf(headers: Headers, now: Date): ClockifyQuota | null {
  const remaining = integerOf(headers.get('x-ratelimit-remaining'));
  const resetsAt = resetTime(headers, now);
  return remaining === null || resetsAt === null ? null : { remaining, resetsAt };
}

function integerOf(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text.trim()) ? Number(text) : null;
}
