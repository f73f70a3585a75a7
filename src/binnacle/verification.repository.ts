import { Injectable } from '@nestjs/common';
import { prepared, type Queryable, type Tx } from '../database/database.js';
import type { RegisterState } from './binnacle.repository.js';
import type { StoredRow } from './chain-walk.js';
import { MAX_FINDINGS } from './findings.js';

const ROWS_PAGE = 1000;
const REGISTERS_PAGE = 2000;
const HEADS_PAGE = 5000;

/** The next entries that have a row of their own or a history, in id order. */
const ENTRY_IDS = prepared(
  'binnacle.verify-entries',
  `select id from (
     (select id from time_entries where id > $1 order by id limit $2)
     union
     (select distinct entry_id from sessions_binnacle where entry_id > $1 order by entry_id limit $2)
   ) ids order by id limit $2`,
);

const ROWS = prepared(
  'binnacle.verify-rows',
  `select id, entry_id, sequence, action, actor_kind, actor_id, reason, origin_kind, origin_id, snapshot, diff,
     recorded_at, key_id, previous_hash, hash
   from sessions_binnacle
   where entry_id = any($1::bigint[]) and (entry_id, sequence, id) > ($2::bigint, $3::integer, $4::bigint)
   order by entry_id, sequence, id limit ${ROWS_PAGE}`,
);

/** An entry whose predecessor in its user's register is not the one it was born after. */
export interface RegisterGap {
  userId: number;
  number: number;
  entryId: number;
  previousId: number | null;
  numberBefore: number;
  idBefore: number | null;
}

export interface CheckedHead {
  checkpointId: number;
  entryId: number;
  sequence: number;
  head: Buffer;
  /** The seal of that row today; `null` when the row is gone. */
  hash: Buffer | null;
}

/** The reads of the verification, page by page. */
@Injectable()
export class VerificationRepository {
  /** Everything after this is seen in one snapshot, so that writers at work cause no findings. */
  async begin(tx: Tx): Promise<void> {
    await tx.execute('set transaction isolation level repeatable read, read only');
  }

  async nextEntryIds(after: number, limit: number, queryable: Queryable): Promise<number[]> {
    const rows = await queryable.query<{ id: number }>(ENTRY_IDS, [after, limit]);
    return rows.map((row) => row.id);
  }

  /** The rows of these entries by entry and sequence. */
  async *rows(entryIds: number[], queryable: Queryable): AsyncGenerator<StoredRow> {
    let after: [number, number, number] = [0, -2_147_483_648, 0];
    for (;;) {
      const records = await queryable.query<RowRecord>(ROWS, [entryIds, ...after]);
      for (const record of records) yield toRow(record);
      const last = records.at(-1);
      if (last === undefined || records.length < ROWS_PAGE) return;
      after = [last.entry_id, last.sequence, last.id];
    }
  }

  async *registers(queryable: Queryable): AsyncGenerator<RegisterState> {
    let after = 0;
    for (;;) {
      const records = await queryable.query<RegisterRecord>(
        `select r.user_id, r.entry_count, r.last_entry_id, r.key_id, r.mac,
           coalesce(e.register_number, 0) as highest_number, e.id as highest_entry_id
         from ledger_registers r left join lateral (
           select register_number, id from time_entries where register_user_id = r.user_id
           order by register_number desc limit 1) e on true
         where r.user_id > $1 order by r.user_id limit ${REGISTERS_PAGE}`,
        [after],
      );
      for (const record of records) yield toRegister(record);
      if (records.length < REGISTERS_PAGE) return;
      after = records.at(-1)!.user_id;
    }
  }

  async findRegisterGaps(queryable: Queryable): Promise<RegisterGap[]> {
    const rows = await queryable.query<{
      user_id: number;
      number: number;
      entry_id: number;
      previous_id: number | null;
      number_before: number;
      id_before: number | null;
    }>(
      `select * from (
         select register_user_id as user_id, register_number as number, id as entry_id, register_previous_id as previous_id,
           coalesce(lag(register_number) over numbers, 0) as number_before, lag(id) over numbers as id_before
         from time_entries where register_user_id is not null and register_number is not null
         window numbers as (partition by register_user_id order by register_number)) places
       where number <> number_before + 1 or previous_id is distinct from id_before
       order by user_id, number limit ${MAX_FINDINGS + 1}`,
    );
    return rows.map((row) => ({
      userId: row.user_id,
      number: row.number,
      entryId: row.entry_id,
      previousId: row.previous_id,
      numberBefore: row.number_before,
      idBefore: row.id_before,
    }));
  }

  async findUnregistered(queryable: Queryable): Promise<number[]> {
    const rows = await queryable.query<{ id: number }>(
      `select id from time_entries where register_number is null or register_user_id is null
       order by id limit ${MAX_FINDINGS + 1}`,
    );
    return rows.map((row) => row.id);
  }

  async findUsersWithoutRegister(queryable: Queryable): Promise<number[]> {
    const rows = await queryable.query<{ user_id: number }>(
      `select distinct e.register_user_id as user_id from time_entries e
       where e.register_user_id is not null
         and not exists (select from ledger_registers r where r.user_id = e.register_user_id)
       order by user_id limit ${MAX_FINDINGS + 1}`,
    );
    return rows.map((row) => row.user_id);
  }

  /** Every recorded head beside the row it is the head of, by checkpoint and entry. */
  async *checkpointHeads(queryable: Queryable, onlyEntryId?: number): AsyncGenerator<CheckedHead> {
    let after = [0, 0];
    for (;;) {
      const records = await queryable.query<HeadRecord>(
        `select h.checkpoint_id, h.entry_id, h.sequence, h.head, b.hash
         from binnacle_checkpoint_heads h
         left join sessions_binnacle b on b.entry_id = h.entry_id and b.sequence = h.sequence
         where (h.checkpoint_id, h.entry_id) > ($1::bigint, $2::bigint) and ($3::bigint is null or h.entry_id = $3)
         order by h.checkpoint_id, h.entry_id limit ${HEADS_PAGE}`,
        [...after, onlyEntryId ?? null],
      );
      for (const record of records) yield toHead(record);
      const last = records.at(-1);
      if (last === undefined || records.length < HEADS_PAGE) return;
      after = [last.checkpoint_id, last.entry_id];
    }
  }

  /** True when an entry was born after this one, or this one was the last: it did exist. */
  async isNamedByRegister(entryId: number, queryable: Queryable): Promise<boolean> {
    const rows = await queryable.query<{ is_named: boolean }>(
      `select exists (select from time_entries where register_previous_id = $1)
         or exists (select from ledger_registers where last_entry_id = $1) as is_named`,
      [entryId],
    );
    return rows[0]!.is_named;
  }
}

interface RowRecord {
  id: number;
  entry_id: number;
  sequence: number;
  action: string;
  actor_kind: string;
  actor_id: string | null;
  reason: string | null;
  origin_kind: string | null;
  origin_id: string | null;
  snapshot: StoredRow['snapshot'];
  diff: StoredRow['diff'];
  recorded_at: unknown;
  key_id: string;
  previous_hash: Buffer;
  hash: Buffer;
}

function toRow(record: RowRecord): StoredRow {
  return {
    binnacleId: record.id,
    entryId: record.entry_id,
    sequence: record.sequence,
    action: record.action,
    actor: { kind: record.actor_kind as StoredRow['actor']['kind'], id: record.actor_id },
    reason: record.reason,
    origin:
      record.origin_kind === null && record.origin_id === null
        ? null
        : ({ kind: record.origin_kind, id: record.origin_id } as StoredRow['origin']),
    snapshot: record.snapshot,
    diff: record.diff,
    // `infinity` and the year 300000 are no dates here; neither is anything we wrote.
    recordedAt: isDate(record.recorded_at) ? record.recorded_at : new Date(0),
    keyId: record.key_id,
    previousHash: record.previous_hash,
    hash: record.hash,
  };
}

const isDate = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

interface RegisterRecord {
  user_id: number;
  entry_count: number;
  last_entry_id: number;
  key_id: string;
  mac: Buffer;
  highest_number: number;
  highest_entry_id: number | null;
}

const toRegister = (record: RegisterRecord): RegisterState => ({
  userId: record.user_id,
  entryCount: record.entry_count,
  lastEntryId: record.last_entry_id,
  keyId: record.key_id,
  mac: record.mac,
  highestNumber: record.highest_number,
  highestEntryId: record.highest_entry_id,
});

interface HeadRecord {
  checkpoint_id: number;
  entry_id: number;
  sequence: number;
  head: Buffer;
  hash: Buffer | null;
}

const toHead = (record: HeadRecord): CheckedHead => ({
  checkpointId: record.checkpoint_id,
  entryId: record.entry_id,
  sequence: record.sequence,
  head: record.head,
  hash: record.hash,
});
