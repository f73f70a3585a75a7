import { Injectable } from '@nestjs/common';
import { Database, prepared, type Tx } from '../database/database.js';
import type { Json } from '../time-entries/snapshot.js';

/** One change of a time entry, as the binnacle sealed it. */
export interface HistoryLine {
  id: number;
  entryId: number;
  action: string;
  actor: { kind: string; id: string | null };
  origin: { kind: string; id: string | null } | null;
  reason: string | null;
  /** The entry after the change. */
  snapshot: Record<string, Json>;
  diff: Record<string, Json>;
  recordedAt: Date;
}

/** Which lines are asked for; a line is about the entry as it was then. */
export interface HistoryFilter {
  entryId?: number;
  userIds?: readonly number[];
  externalId?: string;
  /** `null`: those without. */
  projectName?: string | null;
  from?: Date;
  to?: Date;
}

const SELECT = `select b.id, b.entry_id as "entryId", b.action, b.reason, b.snapshot, b.diff, b.recorded_at as "recordedAt",
    b.actor_kind as actor_kind, b.actor_id as actor_id, b.origin_kind as origin_kind, b.origin_id as origin_id
  from sessions_binnacle b join time_entries te on te.id = b.entry_id join users u on u.id = te.user_id
  where te.version > 0 and seen_by_team(te.source, u.settings)`;

const BY_ID = prepared('history.by_id', `${SELECT} and b.id = $1`);
const LAST = prepared(
  'history.last',
  'select id from sessions_binnacle where entry_id = $1 order by sequence desc limit 1',
);

/** Instants in a snapshot are ISO texts of one length: they sort as what they mean. */
const STARTED = `(b.snapshot ->> 'startedAt') collate "C"`;
const CONDITION_OF: Record<keyof HistoryFilter, (place: string) => string> = {
  entryId: (place) => `b.entry_id = ${place}`,
  userIds: (place) => `te.user_id = any(${place})`,
  externalId: (place) => `te.external_id = ${place}`,
  projectName: (place) => `lower(b.snapshot ->> 'projectName') = lower(${place})`,
  from: (place) => `${STARTED} >= ${place}`,
  to: (place) => `${STARTED} < ${place}`,
};

type Row = Omit<HistoryLine, 'actor' | 'origin'> &
  Record<'actor_kind' | 'actor_id' | 'origin_kind' | 'origin_id', string>;

/** The coordinator's reads of the binnacle. */
@Injectable()
export class HistoryRepository {
  constructor(private readonly database: Database) {}

  async findById(id: number): Promise<HistoryLine | null> {
    const row = await this.database.lookUp<Row>(BY_ID, [id]);
    return row === undefined ? null : lineOf(row);
  }

  /** In the order they were written. */
  async find(filter: HistoryFilter, afterId: number, limit: number): Promise<HistoryLine[]> {
    const values: unknown[] = [afterId, limit];
    const place = (value: unknown): string => `$${values.push(value instanceof Date ? value.toISOString() : value)}`;
    const asked = (Object.keys(CONDITION_OF) as (keyof HistoryFilter)[]).filter((part) => filter[part] !== undefined);
    const texts = asked.map((part) =>
      filter[part] === null ? `b.snapshot ->> 'projectName' is null` : CONDITION_OF[part](place(filter[part])),
    );
    const statement = `${[SELECT, 'b.id > $1', ...texts].join(' and ')} order by b.id limit $2`;
    return (await this.database.query<Row>(statement, values)).map(lineOf);
  }

  /** The newest line of an entry that the transaction holds. */
  async findLastId(entryId: number, tx: Tx): Promise<number> {
    return (await tx.query<{ id: number }>(LAST, [entryId]))[0]!.id;
  }
}

function lineOf({ actor_kind, actor_id, origin_kind, origin_id, ...line }: Row): HistoryLine {
  return {
    ...line,
    actor: { kind: actor_kind, id: actor_id },
    origin: origin_kind === null ? null : { kind: origin_kind, id: origin_id },
  };
}
