import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { EntryReadsRepository, type ClaimedRead, type WantedRead } from './entry-reads.repository.js';

export type { ClaimedRead, WantedRead };

/** Wishes that single entries be read at their service: whoever doubts what it heard wishes, and the sync reads. */
@Injectable()
export class EntryReads {
  constructor(private readonly repository: EntryReadsRepository) {}

  /** Several wishes for one entry are one read. */
  want(reads: readonly WantedRead[], tx: Tx): void {
    const one = new Map(reads.map((read) => [`${read.integrationId}/${read.externalId}`, read]));
    const sorted = [...one].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, read]) => read);
    if (sorted.length > 0) this.repository.want(sorted, tx);
  }

  claim(limit: number, leaseSeconds: number): Promise<ClaimedRead[]> {
    return this.repository.claim(limit, leaseSeconds);
  }

  /** It was read, or never will be. */
  done(read: ClaimedRead): Promise<void> {
    return this.repository.done(read);
  }

  postpone(read: ClaimedRead, seconds: number): Promise<void> {
    return this.repository.postpone(read, seconds);
  }
}
