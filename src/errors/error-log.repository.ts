import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import type { ErrorLogRow } from './error-log.entity.js';

const UPSERT = prepared(
  'errors.upsert',
  `insert into error_log as seen
     (fingerprint, code, severity, message, endpoint, method, status, detail, request_id, user_id, first_at, last_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
   on conflict (fingerprint) do update set
     occurrences = least(seen.occurrences::bigint + 1, 2147483647), last_at = greatest(seen.last_at, excluded.last_at),
     severity = excluded.severity, message = excluded.message, status = excluded.status, detail = excluded.detail,
     request_id = excluded.request_id, user_id = excluded.user_id`,
);

/** Few rows, however much goes wrong: one per kind. So the filters need no indexes. */
const PAGE = prepared(
  'errors.page',
  `select id, fingerprint, code, severity, message, endpoint, method, status, detail, occurrences,
     request_id as "requestId", user_id as "userId", first_at as "firstAt", last_at as "lastAt"
   from error_log
   where ($1::integer is null or status = $1)
     and ($2::text is null or detail ->> 'provider' = $2)
     and ($3::text is null or code = $3)
     and ($4::text is null or severity = $4)
     and ($5::timestamptz is null or last_at >= $5)
     and ($6::timestamptz is null or last_at < $6)
     and ($7::timestamptz is null or (last_at, id) < ($7, $8))
   order by last_at desc, id desc limit $9`,
);

export interface ErrorLogFilter {
  status?: number;
  provider?: string;
  code?: string;
  severity?: ErrorLogRow['severity'];
  from?: Date;
  to?: Date;
}

/** Last sighting in milliseconds and id of the last row of the page before. */
export type ErrorLogCursor = readonly [number, number];

export type ErrorSighting = Omit<ErrorLogRow, 'id' | 'occurrences' | 'firstAt'>;

/** Writes through the pool, so that a note outlives the transaction that failed. */
@Injectable()
export class ErrorLogRepository {
  constructor(private readonly database: Database) {}

  /** One row per fingerprint: the newest sighting and how many there were. */
  async upsert(seen: ErrorSighting): Promise<void> {
    await this.database.execute(UPSERT, [
      seen.fingerprint,
      seen.code,
      seen.severity,
      seen.message,
      seen.endpoint,
      seen.method,
      seen.status,
      JSON.stringify(seen.detail),
      seen.requestId,
      seen.userId,
      seen.lastAt,
    ]);
  }

  /** The latest first. */
  find(filter: ErrorLogFilter, after: ErrorLogCursor | null, limit: number): Promise<ErrorLogRow[]> {
    const { status, provider, code, severity, from, to } = filter;
    const asked = [status, provider, code, severity, from, to].map((value) => value ?? null);
    const place = after === null ? [null, null] : [new Date(after[0]), after[1]];
    return this.database.query<ErrorLogRow & Record<string, unknown>>(PAGE, [...asked, ...place, limit]);
  }
}
