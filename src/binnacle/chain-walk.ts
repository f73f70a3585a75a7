import { canonicalJson } from '../common/hashing.js';
import { GENESIS, sealRow, type SealedRow, type Snapshot } from './chain.js';
import type { CurrentEntry, Finding, FindingKind, Findings } from './findings.js';

export interface StoredRow extends SealedRow {
  binnacleId: number;
}

type Seal = { state: 'sound' | 'unverifiable'; hashes: Buffer[] } | { state: 'altered'; hashes: Buffer[] };

/**
 * Follows the chain of one entry from its first row to its last and says what does not fit. Feed it the rows in
 * sequence order, then `finish`. It keeps one row, however long the chain.
 */
export class ChainWalk {
  private expected = 1;
  /** What the next row may name as the row before; `null` after a hole, where nothing can be compared. */
  private previous: Buffer[] | null = [GENESIS];
  private last: { row: StoredRow; seal: Seal } | null = null;
  private isRewound = false;

  constructor(
    private readonly entryId: number,
    private readonly current: CurrentEntry | undefined,
    private readonly findKey: (keyId: string) => Buffer | undefined,
    private readonly findings: Findings,
  ) {}

  see(row: StoredRow): void {
    if (row.sequence < this.expected) {
      this.report('row_inserted', row, `sequence ${row.sequence} is not a place in the chain, or is taken already`);
      return;
    }
    const seal = this.checkSeal(row);
    if (this.current !== undefined && row.sequence > this.current.sequence) {
      this.seeBeyondHead(row, seal);
      return;
    }
    if (row.sequence > this.expected) this.reportMissing(row.sequence - 1);
    this.judge(row, seal);
    this.expected = row.sequence + 1;
    this.previous = seal.hashes;
    this.last = { row, seal };
  }

  finish(): void {
    if (this.current === undefined) {
      if (this.last !== null) this.report('entry_missing', null, 'its history is there, the entry itself is gone');
      return;
    }
    if (this.expected <= this.current.sequence) {
      this.reportMissing(this.current.sequence);
      return;
    }
    this.compareWithEntry(this.current);
  }

  private judge(row: StoredRow, seal: Seal): void {
    if (seal.state === 'altered') {
      this.report('row_altered', row, `row ${row.sequence} does not fit its seal`);
      return;
    }
    if (seal.state === 'unverifiable') {
      this.report(
        'unverifiable',
        row,
        `row ${row.sequence} is sealed with key ${row.keyId}, which is not in ENCRYPTION_KEYS`,
      );
    }
    const isLinked = this.previous === null || this.previous.some((hash) => hash.equals(row.previousHash));
    if (!isLinked) this.report('chain_broken', row, `row ${row.sequence} follows another row than ${row.sequence - 1}`);
  }

  /** A genuine row after the entry's head says that the entry was turned back; any other one was put there. */
  private seeBeyondHead(row: StoredRow, seal: Seal): void {
    if (seal.state === 'altered') {
      this.report('row_inserted', row, `row ${row.sequence} was not written by the application`);
    } else if (!this.isRewound) {
      this.isRewound = true;
      this.report('head_mismatch', row, `the entry was turned back before row ${row.sequence}`);
    }
  }

  private compareWithEntry(current: CurrentEntry): void {
    if (this.last === null) {
      this.report('row_missing', null, 'the entry has no history');
      return;
    }
    const { row, seal } = this.last;
    if (!seal.hashes.some((hash) => hash.equals(current.head))) {
      this.report('head_mismatch', row, `the entry does not point at the seal of its last row ${row.sequence}`);
    }
    if (seal.state === 'altered') return; // Its snapshot is no measure of anything.
    const fields = differingFields(row.snapshot, current.snapshot);
    if (fields.length > 0) {
      this.report('entry_altered', row, `the entry is not what row ${row.sequence} says: ${fields.join(', ')}`);
    }
  }

  private checkSeal(row: StoredRow): Seal {
    const key = this.findKey(row.keyId);
    if (key === undefined) return { state: 'unverifiable', hashes: [row.hash] };
    const hash = sealRow(row, key);
    // Where the seal itself was overwritten, the next row still names the true one.
    return hash.equals(row.hash) ? { state: 'sound', hashes: [hash] } : { state: 'altered', hashes: [hash, row.hash] };
  }

  private reportMissing(to: number): void {
    const from = this.expected;
    const message = from === to ? `row ${from} is missing` : `rows ${from} to ${to} are missing`;
    this.findings.add({ kind: 'row_missing', entryId: this.entryId, sequence: from, message: this.told(message) });
    this.previous = null;
  }

  private report(kind: FindingKind, row: StoredRow | null, message: string): void {
    const finding: Finding = { kind, entryId: this.entryId, message: this.told(message) };
    if (row !== null) Object.assign(finding, { sequence: row.sequence, binnacleId: row.binnacleId });
    this.findings.add(finding);
  }

  private told(message: string): string {
    return `Entry ${this.entryId}: ${message}.`;
  }
}

function differingFields(sealed: Snapshot, current: Snapshot): string[] {
  const names = new Set([...Object.keys(sealed), ...Object.keys(current)]);
  const text = (snapshot: Snapshot, name: string) => canonicalJson(snapshot[name] ?? null);
  return [...names].filter((name) => text(sealed, name) !== text(current, name)).sort();
}
