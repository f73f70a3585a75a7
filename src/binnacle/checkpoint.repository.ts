import { Injectable } from '@nestjs/common';
import type { Queryable, Tx } from '../database/database.js';
import type { CheckpointContent } from './chain.js';

export interface StoredCheckpoint extends CheckpointContent {
  id: number;
  keyId: string;
  mac: Buffer;
}

export interface Head {
  entryId: number;
  sequence: number;
  head: Buffer;
}

const PAGE = 5000;

/** Entries whose chain stands elsewhere than at every checkpoint so far. */
const ADVANCED = `
  select e.id as entry_id, e.binnacle_sequence as sequence, e.binnacle_head as head
  from time_entries e
  where not exists (
    select from binnacle_checkpoint_heads h
    where h.entry_id = e.id and h.sequence = e.binnacle_sequence and h.head = e.binnacle_head)`;

const CHECKPOINT_COLUMNS =
  'id, day::text as day, entry_count, row_count, heads_hash, previous_mac, key_id, mac, made_at';

@Injectable()
export class CheckpointRepository {
  /**
   * One checkpoint at a time, and everything read in one snapshot. The lock comes first: `lock table` takes no snapshot
   * yet, so the one who waited sees the checkpoint of the other.
   */
  async begin(tx: Tx): Promise<void> {
    await tx.execute('set transaction isolation level repeatable read');
    await tx.execute('lock table binnacle_checkpoints in share row exclusive mode');
  }

  async findByDay(day: string, queryable: Queryable): Promise<StoredCheckpoint | null> {
    const rows = await queryable.query<CheckpointRecord>(
      `select ${CHECKPOINT_COLUMNS} from binnacle_checkpoints where day = $1`,
      [day],
    );
    return rows[0] === undefined ? null : toCheckpoint(rows[0]);
  }

  async findLatest(queryable: Queryable): Promise<StoredCheckpoint | null> {
    const rows = await queryable.query<CheckpointRecord>(
      `select ${CHECKPOINT_COLUMNS} from binnacle_checkpoints order by id desc limit 1`,
    );
    return rows[0] === undefined ? null : toCheckpoint(rows[0]);
  }

  /** All of them in the order they were made: one a day. */
  async list(queryable: Queryable): Promise<StoredCheckpoint[]> {
    const rows = await queryable.query<CheckpointRecord>(
      `select ${CHECKPOINT_COLUMNS} from binnacle_checkpoints order by id`,
    );
    return rows.map(toCheckpoint);
  }

  async count(queryable: Queryable): Promise<{ entries: number; rows: number }> {
    const rows = await queryable.query<{ entries: number; rows: number }>(
      `select (select count(*) from time_entries) as entries, (select count(*) from sessions_binnacle) as rows`,
    );
    return rows[0]!;
  }

  /** Pages of the heads the next checkpoint has to record, in entry order. */
  async *advancedHeads(tx: Tx): AsyncGenerator<Head[]> {
    await tx.execute(`declare advanced_heads no scroll cursor for ${ADVANCED} order by e.id`);
    for (;;) {
      const rows = await tx.query<{ entry_id: number; sequence: number; head: Buffer }>(
        `fetch ${PAGE} from advanced_heads`,
      );
      yield rows.map((row) => ({ entryId: row.entry_id, sequence: row.sequence, head: row.head }));
      if (rows.length < PAGE) break;
    }
    await tx.execute('close advanced_heads');
  }

  /** Stores the checkpoint with the heads `advancedHeads` showed: the transaction still sees the same ones. */
  async insert(checkpoint: CheckpointContent & { keyId: string; mac: Buffer }, tx: Tx): Promise<void> {
    await tx.execute(
      `with made as (
         insert into binnacle_checkpoints (day, entry_count, row_count, heads_hash, previous_mac, key_id, mac, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id)
       insert into binnacle_checkpoint_heads (checkpoint_id, entry_id, sequence, head)
       select made.id, a.entry_id, a.sequence, a.head from made, (${ADVANCED}) a`,
      [
        checkpoint.day,
        checkpoint.entryCount,
        checkpoint.rowCount,
        checkpoint.headsHash,
        checkpoint.previousMac,
        checkpoint.keyId,
        checkpoint.mac,
        checkpoint.madeAt,
      ],
    );
  }
}

interface CheckpointRecord {
  id: number;
  day: string;
  entry_count: number;
  row_count: number;
  heads_hash: Buffer;
  previous_mac: Buffer;
  key_id: string;
  mac: Buffer;
  made_at: unknown;
}

function toCheckpoint(record: CheckpointRecord): StoredCheckpoint {
  return {
    id: record.id,
    day: record.day,
    entryCount: record.entry_count,
    rowCount: record.row_count,
    headsHash: record.heads_hash,
    previousMac: record.previous_mac,
    keyId: record.key_id,
    mac: record.mac,
    madeAt: record.made_at instanceof Date ? record.made_at : new Date(0),
  };
}
