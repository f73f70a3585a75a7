import { Injectable } from '@nestjs/common';
import type { Actor, Origin } from '../binnacle/actor.js';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';

const RECORD = prepared(
  'commands.record',
  `insert into ledger_commands (entry_id, actor, origin, change)
   select c.entry_id, $1::jsonb, $2::jsonb, c.change::jsonb
   from unnest($3::bigint[], $4::text[]) with ordinality as c (entry_id, change, place) order by c.place`,
);

const AFTER = prepared(
  'commands.after',
  `select applied_order, entry_id, actor, origin, change from ledger_commands
   where applied_order > $1 and applied_order <= $2 order by applied_order`,
);

export interface RecordedCommand {
  appliedOrder: number;
  entryId: number;
  actor: Actor;
  origin: Origin | null;
  /** As JSON gave it back: instants are texts. */
  change: EntryChange;
}

@Injectable()
export class CommandLogRepository {
  constructor(private readonly database: Database) {}

  record(commands: readonly { entryId: number; change: EntryChange }[], author: ChangeAuthor, tx: Tx): void {
    tx.later(RECORD, [
      JSON.stringify(author.actor),
      author.origin === null ? null : JSON.stringify(author.origin),
      commands.map(({ entryId }) => entryId),
      commands.map(({ change }) => JSON.stringify(change)),
    ]);
  }

  /** Those after one place and up to another, in order. */
  async findBetween(after: number, upTo: number, queryable: Queryable = this.database): Promise<RecordedCommand[]> {
    const rows = await queryable.query<{
      applied_order: number;
      entry_id: number;
      actor: Actor;
      origin: Origin | null;
      change: EntryChange;
    }>(AFTER, [after, upTo]);
    return rows.map((row) => ({
      appliedOrder: row.applied_order,
      entryId: row.entry_id,
      actor: row.actor,
      origin: row.origin,
      change: row.change,
    }));
  }
}
