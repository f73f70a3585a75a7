import type { Claim } from '../database/claims.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { RemoteRead } from './remote-reader.js';
import { addCounts, noCounts, type SyncCounts } from './sync-run.js';
import type { StoredSync } from './sync.repository.js';

export const DEFAULT_DAYS = 7;

/** Another worker has taken the integration over; what was written so far stays right. */
export class LeaseLost extends Error {}

/** One claimed integration that is being read. */
export interface Run {
  claim: Pick<Claim, 'id' | 'leaseToken'>;
  open: OpenIntegration;
  stored: StoredSync;
  progress: Progress;
  /** Set when a person asked for it: named days are walked. */
  asked: { days?: number } | undefined;
  leaseSeconds: number;
  /** How often it is read. */
  intervalSeconds: number;
}

/** What a run has found out so far. */
export interface Progress {
  counts: SyncCounts;
  skipped: string[];
  changesSince: Date | null;
  walkedAt: Date | null;
}

export const noProgress = (): Progress => ({ counts: noCounts(), skipped: [], changesSince: null, walkedAt: null });

export function note(progress: Progress, written: SyncCounts, { skipped }: Pick<RemoteRead, 'skipped'>): void {
  addCounts(progress.counts, written);
  progress.counts.skipped += skipped.length;
  progress.skipped.push(...skipped);
}
