import { Injectable } from '@nestjs/common';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared } from '../database/database.js';
import type { WalkProgress } from './sync-run.js';

export interface StoredSync {
  id: number;
  state: 'idle' | 'syncing' | 'waiting' | 'error';
  next_at: Date;
  reason: string | null;
  last_sync_at: Date | null;
  last_success_at: Date | null;
  last_error: string | null;
  entries_synced: number;
  changes_since: Date | null;
  walked_at: Date | null;
  walk: WalkProgress | null;
}

/** What a finished run leaves behind. */
export interface RunEnd {
  state: 'idle' | 'waiting' | 'error';
  /** Everything was read; it may wait all the same, for the next run's calls. */
  isSuccess: boolean;
  reason: string | null;
  error: string | null;
  entriesSynced: number | null;
  delaySeconds: number;
  changesSince: Date | null;
  walkedAt: Date | null;
}

const ADD_MISSING = prepared(
  'sync.add_missing',
  `insert into sync_states (id) select i.id from integrations i
   where i.removed_at is null and not exists (select from sync_states s where s.id = i.id)
   on conflict (id) do nothing`,
);

const END = prepared(
  'sync.end',
  `update sync_states set state = $3, reason = $4, last_error = $5, entries_synced = coalesce($6, entries_synced),
     next_at = now() + make_interval(secs => $7), last_sync_at = now(),
     last_success_at = case when $10 then now() else last_success_at end,
     changes_since = coalesce($8, changes_since), walked_at = coalesce($9, walked_at),
     walk = case when $9::timestamptz is null then walk end,
     lease_token = null, lease_until = null, modified_at = now()
   where id = $1 and lease_token = $2`,
);

const CHECKPOINT = prepared(
  'sync.checkpoint',
  `update sync_states set walk = $3, lease_until = now() + make_interval(secs => $4), modified_at = now()
   where id = $1 and lease_token = $2`,
);

const CLAIM_ONE = prepared(
  'sync.claim_one',
  `update sync_states set state = 'syncing', lease_token = $2, lease_until = now() + make_interval(secs => $3), modified_at = now()
   where id = $1 and (lease_until is null or lease_until < now())`,
);

/** An integration is due when its user lets it sync by itself, at the user's own pace. */
const DUE = `exists (
  select from integrations i left join sync_settings s on s.user_id = i.user_id
  where i.id = t.id and i.removed_at is null and i.state = 'connected' and coalesce(s.is_auto, true))`;

const FIND = prepared(
  'sync.find',
  `select id, state, next_at, reason, last_sync_at, last_success_at, last_error, entries_synced, changes_since, walked_at, walk
   from sync_states where id = $1`,
);

@Injectable()
export class SyncRepository {
  constructor(private readonly database: Database) {}

  async claimDue(limit: number, leaseSeconds: number): Promise<Claim[]> {
    await this.database.execute(ADD_MISSING);
    const waiting = ['idle', 'waiting', 'error'];
    return claimDue(
      this.database,
      { table: 'sync_states', waiting, busy: 'syncing', condition: DUE, leaseSeconds },
      limit,
    );
  }

  /** Claims this one now, whatever its moment; false while somebody reads it. */
  async claimOne(id: number, token: string, leaseSeconds: number): Promise<boolean> {
    await this.database.execute(ADD_MISSING);
    return (await this.database.execute(CLAIM_ONE, [id, token, leaseSeconds])) === 1;
  }

  async find(id: number): Promise<StoredSync | null> {
    const [row] = await this.database.query<StoredSync & Record<string, unknown>>(FIND, [id]);
    return row ?? null;
  }

  /** Keeps how far a walk came and prolongs the lease; false when somebody else has taken over. */
  async checkpoint(
    claim: Pick<Claim, 'id' | 'leaseToken'>,
    walk: WalkProgress | null,
    leaseSeconds: number,
  ): Promise<boolean> {
    const values = [claim.id, claim.leaseToken, walk === null ? null : JSON.stringify(walk), leaseSeconds];
    return (await this.database.execute(CHECKPOINT, values)) === 1;
  }

  async end(claim: Pick<Claim, 'id' | 'leaseToken'>, end: RunEnd): Promise<void> {
    await this.database.execute(END, [
      claim.id,
      claim.leaseToken,
      end.state,
      end.reason,
      end.error,
      end.entriesSynced,
      end.delaySeconds,
      end.changesSince,
      end.walkedAt,
      end.isSuccess,
    ]);
  }

  async settingsOf(userId: number): Promise<{ isAuto: boolean; intervalSeconds: number | null }> {
    const [row] = await this.database.query<{ is_auto: boolean; interval_seconds: number }>(
      prepared('sync.settings', 'select is_auto, interval_seconds from sync_settings where user_id = $1'),
      [userId],
    );
    return { isAuto: row?.is_auto ?? true, intervalSeconds: row?.interval_seconds ?? null };
  }

  async saveSettings(userId: number, isAuto: boolean, intervalSeconds: number): Promise<void> {
    await this.database.execute(
      `insert into sync_settings (user_id, is_auto, interval_seconds) values ($1, $2, $3)
       on conflict (user_id) do update set is_auto = excluded.is_auto, interval_seconds = excluded.interval_seconds,
         modified_at = now()`,
      [userId, isAuto, intervalSeconds],
    );
    await this.database.execute(
      `update sync_states s set next_at = least(s.next_at, now() + make_interval(secs => $2))
       from integrations i where i.id = s.id and i.user_id = $1 and s.state <> 'waiting'`,
      [userId, intervalSeconds],
    );
  }
}
