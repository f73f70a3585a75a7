import { Injectable } from '@nestjs/common';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared, type Tx } from '../database/database.js';

/** One entry at one integration. */
export interface WantedRead {
  integrationId: number;
  externalId: string;
  /** For whoever reads the log. */
  reason: string;
}

export interface ClaimedRead extends Claim, WantedRead {
  attempts: number;
}

/** A wish renewed while it is carried out is carried out once more. */
const WANT = prepared(
  'entry_reads.want',
  `insert into entry_reads (integration_id, external_id, reason)
   select * from unnest($1::bigint[], $2::text[], $3::text[])
   on conflict (integration_id, external_id) do update set
     reason = excluded.reason, state = 'pending', attempts = 0, next_at = now(), lease_token = null, lease_until = null,
     modified_at = now()`,
);

const DONE = prepared('entry_reads.done', 'delete from entry_reads where id = $1 and lease_token = $2');

const POSTPONE = prepared(
  'entry_reads.postpone',
  `update entry_reads set state = 'pending', next_at = now() + make_interval(secs => $3), lease_token = null,
     lease_until = null, modified_at = now() where id = $1 and lease_token = $2`,
);

@Injectable()
export class EntryReadsRepository {
  constructor(private readonly database: Database) {}

  want(reads: readonly WantedRead[], tx: Tx): void {
    tx.later(WANT, [
      reads.map(({ integrationId }) => integrationId),
      reads.map(({ externalId }) => externalId),
      reads.map(({ reason }) => reason),
    ]);
  }

  async claim(limit: number, leaseSeconds: number): Promise<ClaimedRead[]> {
    const rows = await claimDue<{ integration_id: number; external_id: string; reason: string; attempts: number }>(
      this.database,
      {
        table: 'entry_reads',
        waiting: ['pending'],
        busy: 'reading',
        setting: 'attempts = c.attempts + 1',
        columns: ['integration_id', 'external_id', 'reason', 'attempts'],
        leaseSeconds,
      },
      limit,
    );
    return rows.map(({ integration_id: integrationId, external_id: externalId, ...rest }) => ({
      ...rest,
      integrationId,
      externalId,
    }));
  }

  async done({ id, leaseToken }: Claim): Promise<void> {
    await this.database.execute(DONE, [id, leaseToken]);
  }

  async postpone({ id, leaseToken }: Claim, seconds: number): Promise<void> {
    await this.database.execute(POSTPONE, [id, leaseToken, seconds]);
  }
}
