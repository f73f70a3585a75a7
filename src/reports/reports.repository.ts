import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import { RowStream } from '../database/row-stream.js';
import type { Interval } from '../time-entries/day-slices.js';
import type { ReportEntry } from './report-entry.js';

/** Whose entries, and which. */
export interface ReportSelection extends Interval {
  /** `null`: everybody's. */
  userId: number | null;
  /** The owner reads: what they keep to themselves is theirs to see. */
  isOwn: boolean;
}

const SELECTED = `
  from time_entries te join users u on u.id = te.user_id
  where te.version > 0 and te.started_at >= $1 and te.started_at < $2
    and ($3::bigint is null or te.user_id = $3)
    and ($4 or seen_by_team(te.source, u.settings))`;

const ENTRIES = `
  select te.id, te.user_id, u.name as user_name, te.source, te.external_id, te.workspace_id, te.description,
    te.project_name, te.task_name, te.tags, te.category, te.started_at, te.ended_at, te.is_running, te.time_zone,
    te.offset_start_seconds, te.offset_end_seconds, te.time_precision, te.valid_started_at, te.valid_ended_at,
    te.is_overtime, te.time_edit_count, te.review_status, te.observation
  ${SELECTED} and te.deleted_at is null
    -- the same work, written down at two services, counts once
    and not exists (select from time_entries kept where kept.id = te.same_as_entry_id and kept.deleted_at is null)
  order by te.started_at, te.id`;

const DELETED = prepared('reports.deleted', `select count(*)::int as count ${SELECTED} and te.deleted_at is not null`);

@Injectable()
export class ReportsRepository {
  constructor(
    private readonly database: Database,
    private readonly rows: RowStream,
  ) {}

  /** What starts in the range, by start, in batches, as of one moment. */
  async *entries(selection: ReportSelection): AsyncGenerator<ReportEntry[]> {
    for await (const rows of this.rows.read<Record<string, unknown>>(ENTRIES, parametersOf(selection))) {
      yield rows.map(entryFromRow);
    }
  }

  async countDeleted(selection: ReportSelection): Promise<number> {
    return (await this.database.query<{ count: number }>(DELETED, parametersOf(selection)))[0]!.count;
  }
}

const parametersOf = ({ start, end, userId, isOwn }: ReportSelection): unknown[] => [start, end, userId, isOwn];

/** Written out: field by field in a loop it takes several times as long. */
function entryFromRow(row: Record<string, unknown>): ReportEntry {
  const entry = {
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    source: row.source,
    externalId: row.external_id,
    workspaceId: row.workspace_id,
    description: row.description,
    projectName: row.project_name,
    taskName: row.task_name,
    tags: row.tags,
    category: row.category,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    isRunning: row.is_running,
    timeZone: row.time_zone,
    offsetStartSeconds: row.offset_start_seconds,
    offsetEndSeconds: row.offset_end_seconds,
    timePrecision: row.time_precision,
    validStartedAt: row.valid_started_at,
    validEndedAt: row.valid_ended_at,
    isOvertime: row.is_overtime,
    timeEditCount: row.time_edit_count,
    reviewStatus: row.review_status,
    observation: row.observation,
  } satisfies Record<keyof ReportEntry, unknown>;
  return entry as unknown as ReportEntry;
}
