import type { Queryable } from '../database/database.js';
import type { Snapshot } from './chain.js';

export type FindingKind =
  | 'row_altered'
  | 'row_missing'
  | 'row_inserted'
  | 'chain_broken'
  /** The row of `time_entries` is not what its last binnacle row says. */
  | 'entry_altered'
  /** Binnacle rows without their entry. */
  | 'entry_missing'
  /** A number of a user's register belongs to no entry: the entry went with its whole chain. */
  | 'entry_removed'
  | 'entry_unregistered'
  | 'head_mismatch'
  | 'register_altered'
  | 'checkpoint_altered'
  | 'checkpoint_mismatch'
  /** Sealed with a key that is not in the ring. */
  | 'unverifiable';

export interface Finding {
  kind: FindingKind;
  /** Null where only a number of a register is known, or where the finding is about no single entry. */
  entryId: number | null;
  sequence?: number;
  binnacleId?: number;
  userId?: number;
  message: string;
}

export interface VerifyReport {
  intact: boolean;
  /** At most `MAX_FINDINGS`; `findingCount` counts all of them. */
  findings: Finding[];
  findingCount: number;
  counts: { entries: number; rows: number; checkpoints: number };
}

/** An entry as it stands now, in the shape its snapshots have. */
export interface CurrentEntry {
  snapshot: Snapshot;
  sequence: number;
  head: Buffer;
}

export interface VerifyOptions {
  /** Reads entries through `queryable`, the one snapshot in which the verification sees everything. */
  loadSnapshots: (entryIds: number[], queryable: Queryable) => Promise<Map<number, CurrentEntry>>;
  /** Verify this entry only. */
  entryId?: number;
}

export const MAX_FINDINGS = 1000;

/** Collects findings; keeps the first thousand, so that a wiped table does not fill the memory. */
export class Findings {
  readonly list: Finding[] = [];
  count = 0;

  add(finding: Finding): void {
    this.count++;
    if (this.list.length < MAX_FINDINGS) this.list.push(finding);
  }
}
