import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable } from '../database/database.js';
import type { ErrorLogRow } from './error-log.entity.js';

const UPSERT = prepared(
  'errors.upsert',
  `insert into error_log as seen
     (fingerprint, code, severity, message, endpoint, method, status, detail, request_id, user_id, occurrences, first_at,
      last_at)
   select s.fingerprint, s.code, s.severity, s.message, s.endpoint, s.method, s.status, s.detail::jsonb, s.request_id,
     s.user_id, s.occurrences, s.at, s.at
   from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
     $10::bigint[], $11::int[], $12::timestamptz[]) as s (fingerprint, code, severity, message, endpoint, method, status,
     detail, request_id, user_id, occurrences, at)
   order by s.fingerprint
   on conflict (fingerprint) do update set
     occurrences = least(seen.occurrences::bigint + excluded.occurrences, 2147483647),
     last_at = greatest(seen.last_at, excluded.last_at),
     severity = excluded.severity, message = excluded.message, status = excluded.status, detail = excluded.detail,
     request_id = excluded.request_id, user_id = excluded.user_id`,
);

/** Few rows, however much goes wrong: one per kind, or per thing it is about. So the filters need no indexes. */
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

export type ErrorSighting = Omit<ErrorLogRow, 'id' | 'firstAt'>;

/** Writes through the pool, so that a note outlives the transaction that failed. */
@Injectable()
export class ErrorLogRepository {
  constructor(private readonly database: Database) {}

  /** One row per fingerprint: the newest sighting and how many there were. No fingerprint may be given twice. */
  async upsert(seen: readonly ErrorSighting[], queryable: Queryable = this.database): Promise<void> {
    await queryable.execute(UPSERT, [
      seen.map(({ fingerprint }) => fingerprint),
      seen.map(({ code }) => code),
      seen.map(({ severity }) => severity),
      seen.map(({ message }) => message),
      seen.map(({ endpoint }) => endpoint),
      seen.map(({ method }) => method),
      seen.map(({ status }) => status),
      seen.map(({ detail }) => JSON.stringify(detail)),
      seen.map(({ requestId }) => requestId),
      seen.map(({ userId }) => userId),
      seen.map(({ occurrences }) => occurrences),
      seen.map(({ lastAt }) => lastAt),
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
