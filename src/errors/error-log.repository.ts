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
}
