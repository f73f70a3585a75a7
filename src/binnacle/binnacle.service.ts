import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { BinnacleKeys } from './binnacle-keys.js';
import { BinnacleRepository } from './binnacle.repository.js';
import { sealRow, type BinnacleDraft, type SealedRow } from './chain.js';
import { Checkpoints, type CheckpointLine } from './checkpoints.js';
import type { VerifyOptions, VerifyReport } from './findings.js';
import { Registrar, type Birth, type RegisterPlace } from './registrar.js';
import { Verifier } from './verifier.js';

/** The append-only, sealed history of every change to a time entry (docs/adr/0004-tamper-evident-binnacle.md). */
@Injectable()
export class BinnacleService {
  constructor(
    private readonly keys: BinnacleKeys,
    private readonly repository: BinnacleRepository,
    private readonly registrar: Registrar,
    private readonly verifier: Verifier,
    private readonly checkpoints: Checkpoints,
  ) {}

  /**
   * Seals changes in the order given. Several of one entry chain to each other: only the `previousHash` of the first
   * counts. The `hash` of an entry's last row is its new head.
   */
  seal(drafts: BinnacleDraft[]): SealedRow[] {
    const heads = new Map<number, Buffer>();
    const { currentId: keyId, current: key } = this.keys;
    return drafts.map((draft) => {
      const chained = { ...draft, previousHash: heads.get(draft.entryId) ?? draft.previousHash };
      const hash = sealRow(chained, key);
      heads.set(draft.entryId, hash);
      return { ...chained, keyId, hash };
    });
  }

  /** Writes sealed rows in one statement. Their entries must exist. */
  insert(rows: SealedRow[], tx: Tx): void {
    if (rows.length > 0) this.repository.insertRows(rows, tx);
  }

  /**
   * Gives each new entry its number in the register of its user, and locks that register until the transaction ends.
   * Number, user and previous entry belong into the entry's snapshot as `registerNumber`, `registerUserId` and
   * `registerPreviousId`: so they are sealed, and a removed entry can be named.
   */
  enrol(births: Birth[], tx: Tx): Promise<Map<number, RegisterPlace>> {
    return this.registrar.enrol(births, tx);
  }

  /** Recomputes every chain, register and checkpoint in one snapshot of the database. */
  verify(options: VerifyOptions): Promise<VerifyReport> {
    return this.verifier.verify(options);
  }

  /** Signs the state of all chains, once a day. Log the line it returns: that is the copy outside the database. */
  makeCheckpoint(day: string, now: Date): Promise<CheckpointLine> {
    return this.checkpoints.make(day, now);
  }
}
