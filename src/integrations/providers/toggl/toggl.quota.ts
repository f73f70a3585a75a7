/** How many calls Toggl still grants in the current hour. */
export interface QuotaReading {
  remaining: number;
  resetsAt: Date;
}

/** Toggl counts calls about the user and calls about a workspace's organization apart. */
export interface TogglQuota {
  user: QuotaReading | null;
  workspace: QuotaReading | null;
}

const READINGS_KEPT = 10_000;

/** The last quota figures each credential was told, in this process only. */
export class QuotaMemory {
  private readonly readings = new Map<string, QuotaReading>();

  record(credential: string, path: string, headers: Headers, now: Date): void {
    const remaining = integerOf(headers.get('x-toggl-quota-remaining'));
    const resetsIn = integerOf(headers.get('x-toggl-quota-resets-in'));
    if (remaining === null || resetsIn === null) return;
    const key = `${credential} ${bucketOf(path)}`;
    this.readings.delete(key);
    this.readings.set(key, { remaining, resetsAt: new Date(now.getTime() + resetsIn * 1000) });
    if (this.readings.size > READINGS_KEPT) this.forgetOldest();
  }

  read(credential: string, workspaceId: string, now: Date): TogglQuota {
    return {
      user: this.current(`${credential} me`, now),
      workspace: this.current(`${credential} ${workspaceId}`, now),
    };
  }

  /** A reading whose hour is over says nothing any more. */
  private current(key: string, now: Date): QuotaReading | null {
    const reading = this.readings.get(key);
    return reading !== undefined && reading.resetsAt > now ? reading : null;
  }

  private forgetOldest(): void {
    const oldest = this.readings.keys().next();
    if (oldest.done !== true) this.readings.delete(oldest.value);
  }
}

const bucketOf = (path: string): string => /^\/workspaces\/(\d+)/.exec(path)?.[1] ?? 'me';

function integerOf(text: string | null): number | null {
  return text !== null && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
