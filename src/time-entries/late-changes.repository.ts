import { Injectable } from '@nestjs/common';
import type { Actor, Origin } from '../binnacle/actor.js';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import type { ChangeAuthor } from './change-author.js';
import type { LateChange, LateDraft, ServiceWord } from './late-change.js';
import { reviveChange } from './revive-change.js';
import type { Diff } from './snapshot.js';

/** What is said again while it waits is kept once, at its newest place. The entries are locked, so the numbers are free. */
const KEEP = prepared(
  'late_changes.keep',
  `insert into late_changes as known
     (entry_id, sequence, content_hash, change, diff, actor_kind, actor_id, origin_kind, origin_id, received_at)
   select n.entry_id,
     coalesce((select max(o.sequence) from late_changes o where o.entry_id = n.entry_id), 0) + n.place,
     n.content_hash, n.change, n.diff, n.actor_kind, n.actor_id, n.origin_kind, n.origin_id, $10
   from unnest($1::bigint[], $2::int[], $3::text[], $4::jsonb[], $5::jsonb[], $6::text[], $7::text[], $8::text[], $9::text[])
     as n (entry_id, place, content_hash, change, diff, actor_kind, actor_id, origin_kind, origin_id)
   on conflict (entry_id, content_hash) where applied_at is null do update
     set sequence = excluded.sequence, change = excluded.change, diff = excluded.diff, received_at = excluded.received_at
     where known.sequence < (select max(o.sequence) from late_changes o where o.entry_id = known.entry_id)
   returning entry_id, (xmax = 0) as is_new`,
);

const LATE_COLUMNS =
  'id, entry_id, sequence, change, diff, actor_kind, actor_id, origin_kind, origin_id, received_at, applied_at';

const WAITING = prepared(
  'late_changes.waiting',
  `select ${LATE_COLUMNS} from late_changes where entry_id = any($1) and applied_at is null order by entry_id, sequence`,
);

const OF_ENTRY = prepared(
  'late_changes.of_entry',
  `select ${LATE_COLUMNS} from late_changes where entry_id = $1 order by sequence`,
);

const APPLIED = prepared('late_changes.applied', 'update late_changes set applied_at = $2 where id = any($1)');

export type NewLateChange = LateDraft & { entryId: number; author: ChangeAuthor };

/** The SQL of what services said about locked entries. */
@Injectable()
export class LateChangesRepository {
  constructor(private readonly database: Database) {}

  /** @returns how many of them were not known yet, by entry */
  async keep(drafts: readonly NewLateChange[], now: Date, tx: Tx): Promise<Map<number, number>> {
    const distinct = lastOfEach(drafts);
    const rows = await tx.query<{ entry_id: number; is_new: boolean }>(KEEP, [
      distinct.map((draft) => draft.entryId),
      distinct.map((_draft, index) => index + 1),
      distinct.map((draft) => draft.contentHash),
      distinct.map((draft) => JSON.stringify(draft.change)),
      distinct.map((draft) => JSON.stringify(draft.diff)),
      distinct.map(({ author }) => author.actor.kind),
      distinct.map(({ author }) => author.actor.id),
      distinct.map(({ author }) => author.origin?.kind ?? null),
      distinct.map(({ author }) => author.origin?.id ?? null),
      now,
    ]);
    const counts = new Map<number, number>();
    for (const row of rows.filter(({ is_new: isNew }) => isNew)) {
      counts.set(row.entry_id, (counts.get(row.entry_id) ?? 0) + 1);
    }
    return counts;
  }

  /** By entry, in the order in which they are to be applied. */
  async findWaiting(entryIds: readonly number[], tx: Tx): Promise<Map<number, LateChange[]>> {
    const rows = await tx.query<LateRow>(WAITING, [entryIds]);
    return Map.groupBy(rows.map(lateChange), (late) => late.entryId);
  }

  async find(entryId: number, queryable: Queryable = this.database): Promise<LateChange[]> {
    return (await queryable.query<LateRow>(OF_ENTRY, [entryId])).map(lateChange);
  }

  markApplied(ids: readonly number[], now: Date, tx: Tx): void {
    tx.later(APPLIED, [ids, now]);
  }
}

/** Said twice in one batch: the second counts, at its place. */
function lastOfEach(drafts: readonly NewLateChange[]): NewLateChange[] {
  const last = new Map<string, NewLateChange>();
  for (const draft of drafts) {
    const key = `${draft.entryId}/${draft.contentHash}`;
    last.delete(key);
    last.set(key, draft);
  }
  return [...last.values()];
}

interface LateRow {
  id: number;
  entry_id: number;
  sequence: number;
  change: Record<string, unknown>;
  diff: Diff;
  actor_kind: string;
  actor_id: string | null;
  origin_kind: string | null;
  origin_id: string | null;
  received_at: Date;
  applied_at: Date | null;
}

const lateChange = (row: LateRow): LateChange => ({
  id: row.id,
  entryId: row.entry_id,
  sequence: row.sequence,
  change: reviveChange(row.change) as ServiceWord,
  diff: row.diff,
  actor: { kind: row.actor_kind, id: row.actor_id } as Actor,
  origin: row.origin_kind === null ? null : ({ kind: row.origin_kind, id: row.origin_id } as Origin),
  receivedAt: row.received_at,
  appliedAt: row.applied_at,
});
