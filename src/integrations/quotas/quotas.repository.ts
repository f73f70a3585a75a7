import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../../database/database.js';
import type { QuotaRule } from '../contract/quotas.js';

/** Windows are told in the time of our `Clock`, and so they are counted; paces and pauses run by the server's own clock. */
export interface BucketRow {
  bucket_key: string;
  capacity: number | null;
  remaining: number | null;
  resets_at: Date | null;
  refusals: number;
  /** Until the service may be called again; 0 or less when it may. */
  quiet_seconds: number;
  /** Until the pace's bucket is full. */
  pace_seconds: number;
}

export interface DrawnRow {
  remaining: number | null;
  resets_at: Date | null;
  refusals: number;
}

/** Deciding and counting are one statement: of two replicas that want the last call one gets it. */
const DRAW = prepared(
  'quota_buckets.draw',
  `update quota_buckets set
     remaining = (case when resets_at > $2 then remaining else capacity end) - $3,
     resets_at = case when resets_at > $2 then resets_at
       else $2::timestamptz + make_interval(secs => window_seconds * $5::float8) end,
     modified_at = now()
   where bucket_key = $1 and (retry_at is null or retry_at <= clock_timestamp())
     and ((resets_at > $2 and remaining - $3 >= $4)
       or (coalesce(resets_at, '-infinity') <= $2 and capacity is not null))
   returning remaining, resets_at, refusals`,
);

/** A place in the queue of all replicas; none while the service is to be left alone. */
const TAKE_TURN = prepared(
  'quota_buckets.take_turn',
  `insert into quota_buckets as b (bucket_key, full_at) values ($1, clock_timestamp() + make_interval(secs => $2))
   on conflict (bucket_key) do update
     set full_at = greatest(b.full_at, clock_timestamp()) + make_interval(secs => $2), modified_at = now()
     where b.retry_at is null or b.retry_at <= clock_timestamp()
   returning extract(epoch from full_at - clock_timestamp())::float8 as seconds, refusals`,
);

const FIND = prepared(
  'quota_buckets.find',
  `select bucket_key, capacity, remaining, resets_at, refusals,
     coalesce(extract(epoch from retry_at - clock_timestamp()), 0)::float8 as quiet_seconds,
     coalesce(extract(epoch from full_at - clock_timestamp()), 0)::float8 as pace_seconds
   from quota_buckets where bucket_key = any($1)`,
);

const SAME_WINDOW = `b.resets_at > $6 and $3 <= b.resets_at + interval '60 seconds'`;

/** Within a window what is left never rises: an answer does not know of calls that are still under way. */
const TELL = prepared(
  'quota_buckets.tell',
  `insert into quota_buckets as b (bucket_key, remaining, resets_at, capacity, window_seconds) values ($1, $2, $3, $4, $5)
   on conflict (bucket_key) do update set
     remaining = case when ${SAME_WINDOW} and $2 <= coalesce(b.capacity, $2) then least(b.remaining, $2) else $2 end,
     capacity = case when ${SAME_WINDOW} then greatest(b.capacity, excluded.capacity)
       else coalesce(excluded.capacity, b.capacity) end,
     window_seconds = coalesce(excluded.window_seconds, b.window_seconds), resets_at = excluded.resets_at, modified_at = now()`,
);

const GIVE_BACK = prepared(
  'quota_buckets.give_back',
  'update quota_buckets set remaining = remaining + $3, modified_at = now() where bucket_key = $1 and resets_at = $2',
);

const PAUSE = prepared(
  'quota_buckets.pause',
  `insert into quota_buckets as b (bucket_key, retry_at, refusals)
   values ($1, clock_timestamp() + make_interval(secs => $2), 1)
   on conflict (bucket_key) do update set retry_at = greatest(b.retry_at, excluded.retry_at), refusals = b.refusals + 1,
     modified_at = now()`,
);

const FORGIVE = prepared(
  'quota_buckets.forgive',
  `update quota_buckets set refusals = 0, modified_at = now()
   where bucket_key = $1 and refusals > 0 and (retry_at is null or retry_at <= clock_timestamp())`,
);

const DECLARE = prepared(
  'quota_buckets.declare',
  `insert into quota_buckets as b (bucket_key, capacity, window_seconds) values ($1, $2, $3)
   on conflict (bucket_key) do update set capacity = excluded.capacity, window_seconds = excluded.window_seconds,
     modified_at = now()
   where (b.capacity, b.window_seconds) is distinct from (excluded.capacity, excluded.window_seconds)`,
);

const UNDECLARE = prepared(
  'quota_buckets.undeclare',
  `update quota_buckets set capacity = null, window_seconds = null, remaining = null, resets_at = null, modified_at = now()
   where bucket_key = $1 and capacity is not null`,
);

@Injectable()
export class QuotasRepository {
  constructor(private readonly database: Database) {}

  /** Takes `cost` off if more than `floor` stays; `null` when it does not, or when there is nothing to count against. */
  async draw(key: string, now: Date, cost: number, floor: number, scale: number): Promise<DrawnRow | null> {
    const [row] = await this.database.query<DrawnRow & Record<string, unknown>>(DRAW, [key, now, cost, floor, scale]);
    return row ?? null;
  }

  /** Seconds until the bucket would be full again, this call counted; `null` while the service is to be left alone. */
  async takeTurn(key: string, intervalSeconds: number): Promise<{ seconds: number; refusals: number } | null> {
    const [row] = await this.database.query<{ seconds: number; refusals: number }>(TAKE_TURN, [key, intervalSeconds]);
    return row ?? null;
  }

  find(keys: readonly string[]): Promise<BucketRow[]> {
    return this.database.query<BucketRow & Record<string, unknown>>(FIND, [keys]);
  }

  async tell(key: string, told: { remaining: number; resetsAt: Date; rule?: QuotaRule }, now: Date): Promise<void> {
    const { remaining, resetsAt, rule } = told;
    const values = [key, remaining, resetsAt, rule?.capacity ?? null, rule?.windowSeconds ?? null, now];
    await this.database.execute(TELL, values);
  }

  async giveBack(key: string, resetsAt: Date, cost: number): Promise<void> {
    await this.database.execute(GIVE_BACK, [key, resetsAt, cost]);
  }

  async pause(key: string, seconds: number): Promise<void> {
    await this.database.execute(PAUSE, [key, seconds]);
  }

  async forgive(key: string): Promise<void> {
    await this.database.execute(FORGIVE, [key]);
  }

  async declare(key: string, rule: QuotaRule | null): Promise<void> {
    if (rule === null) await this.database.execute(UNDECLARE, [key]);
    else await this.database.execute(DECLARE, [key, rule.capacity, rule.windowSeconds]);
  }
}
