import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { BinnacleKeys } from './binnacle-keys.js';
import { GENESIS, headLine, signCheckpoint, type CheckpointContent } from './chain.js';
import { CheckpointRepository } from './checkpoint.repository.js';

/** What leaves the database about a checkpoint: whoever keeps these lines can tell when the newest one is removed. */
export interface CheckpointLine {
  /** `YYYY-MM-DD`. */
  day: string;
  entryCount: number;
  rowCount: number;
  /** Hexadecimal. */
  mac: string;
  keyId: string;
  /** False when the day already had its checkpoint. */
  isNew: boolean;
}

/** Makes the daily signed count of entries, rows and chain heads. */
@Injectable()
export class Checkpoints {
  constructor(
    private readonly keys: BinnacleKeys,
    private readonly repository: CheckpointRepository,
    private readonly transactions: Transactions,
  ) {}

  make(day: string, now: Date): Promise<CheckpointLine> {
    return this.transactions.run(async (tx) => {
      await this.repository.begin(tx);
      const existing = await this.repository.findByDay(day, tx);
      if (existing !== null) return toLine(existing, false);
      const content = await this.describe(day, now, tx);
      const signed = { ...content, keyId: this.keys.currentId, mac: signCheckpoint(content, this.keys.current) };
      await this.repository.insert(signed, tx);
      return toLine(signed, true);
    });
  }

  private async describe(day: string, madeAt: Date, tx: Tx): Promise<CheckpointContent> {
    const latest = await this.repository.findLatest(tx);
    const { entries, rows } = await this.repository.count(tx);
    const hash = createHash('sha256');
    for await (const page of this.repository.advancedHeads(tx)) {
      for (const { entryId, sequence, head } of page) hash.update(headLine(entryId, sequence, head));
    }
    return {
      day,
      entryCount: entries,
      rowCount: rows,
      headsHash: hash.digest(),
      previousMac: latest?.mac ?? GENESIS,
      madeAt,
    };
  }
}

function toLine(checkpoint: CheckpointContent & { keyId: string; mac: Buffer }, isNew: boolean): CheckpointLine {
  const { day, entryCount, rowCount, keyId } = checkpoint;
  return { day, entryCount, rowCount, mac: checkpoint.mac.toString('hex'), keyId, isNew };
}
