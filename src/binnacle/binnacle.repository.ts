import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '../database/database.js';
import type { Register, SealedRow } from './chain.js';

export interface SignedRegister extends Register {
  keyId: string;
  mac: Buffer;
}

/** A register beside the entries that carry its numbers. */
export interface RegisterState extends SignedRegister {
  /** The highest number an entry of this user carries: never above `entryCount` unless somebody turned the register back. */
  highestNumber: number;
  highestEntryId: number | null;
}

const INSERT_ROWS = prepared(
  'binnacle.insert',
  `insert into sessions_binnacle (entry_id, sequence, action, actor_kind, actor_id, reason, origin_kind, origin_id,
     snapshot, diff, recorded_at, key_id, previous_hash, hash)
   select r.entry_id, r.sequence, r.action, r.actor_kind, r.actor_id, r.reason, r.origin_kind, r.origin_id,
     r.snapshot::jsonb, r.diff::jsonb, r.recorded_at, r.key_id, r.previous_hash, r.hash
   from unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
     $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::bytea[], $14::bytea[])
     as r(entry_id, sequence, action, actor_kind, actor_id, reason, origin_kind, origin_id, snapshot, diff, recorded_at,
       key_id, previous_hash, hash)`,
);

const LOCK_REGISTERS = prepared(
  'binnacle.lock-registers',
  `select r.user_id, r.entry_count, r.last_entry_id, r.key_id, r.mac,
     coalesce(e.register_number, 0) as highest_number, e.id as highest_entry_id
   from ledger_registers r left join lateral (
     select register_number, id from time_entries where register_user_id = r.user_id
     order by register_number desc limit 1) e on true
   where r.user_id = any($1::bigint[]) order by r.user_id for update of r`,
);

const CREATE_REGISTERS = prepared(
  'binnacle.create-registers',
  `insert into ledger_registers (user_id, entry_count, last_entry_id, key_id, mac)
   select n.user_id, 0, 0, $3, n.mac from unnest($1::bigint[], $2::bytea[]) as n(user_id, mac)
   order by n.user_id on conflict (user_id) do nothing`,
);

const WRITE_REGISTERS = prepared(
  'binnacle.write-registers',
  `update ledger_registers r
   set entry_count = n.entry_count, last_entry_id = n.last_entry_id, key_id = n.key_id, mac = n.mac
   from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[], $5::bytea[])
     as n(user_id, entry_count, last_entry_id, key_id, mac)
   where r.user_id = n.user_id`,
);

/** The writes of the binnacle: rows and registers, each batch in one statement. */
@Injectable()
export class BinnacleRepository {
  insertRows(rows: SealedRow[], tx: Tx): void {
    tx.later(INSERT_ROWS, [
      rows.map((row) => row.entryId),
      rows.map((row) => row.sequence),
      rows.map((row) => row.action),
      rows.map((row) => row.actor.kind),
      rows.map((row) => row.actor.id),
      rows.map((row) => row.reason),
      rows.map((row) => row.origin?.kind ?? null),
      rows.map((row) => row.origin?.id ?? null),
      rows.map((row) => JSON.stringify(row.snapshot)),
      rows.map((row) => JSON.stringify(row.diff)),
      rows.map((row) => row.recordedAt),
      rows.map((row) => row.keyId),
      rows.map((row) => row.previousHash),
      rows.map((row) => row.hash),
    ]);
  }

  /** Locks those registers that exist, in user order, so that two writers never wait for each other in a circle. */
  async lockRegisters(userIds: number[], tx: Tx): Promise<RegisterState[]> {
    const rows = await tx.query<{
      user_id: number;
      entry_count: number;
      last_entry_id: number;
      key_id: string;
      mac: Buffer;
      highest_number: number;
      highest_entry_id: number | null;
    }>(LOCK_REGISTERS, [userIds]);
    return rows.map((row) => ({
      userId: row.user_id,
      entryCount: row.entry_count,
      lastEntryId: row.last_entry_id,
      keyId: row.key_id,
      mac: row.mac,
      highestNumber: row.highest_number,
      highestEntryId: row.highest_entry_id,
    }));
  }

  /** Creates empty registers for users that have none. */
  async createRegisters(userIds: number[], macs: Buffer[], keyId: string, tx: Tx): Promise<void> {
    await tx.execute(CREATE_REGISTERS, [userIds, macs, keyId]);
  }

  writeRegisters(registers: SignedRegister[], tx: Tx): void {
    tx.later(WRITE_REGISTERS, [
      registers.map((register) => register.userId),
      registers.map((register) => register.entryCount),
      registers.map((register) => register.lastEntryId),
      registers.map((register) => register.keyId),
      registers.map((register) => register.mac),
    ]);
  }
}
