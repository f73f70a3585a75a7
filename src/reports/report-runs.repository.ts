import { Injectable } from '@nestjs/common';
import type { MailLocale } from '../config/mail-settings.js';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import type { Interval } from '../time-entries/day-slices.js';
import type { DayRange, PeriodKind } from './period.js';
import type { ReportRun, RunKind, RunTotals } from './report-run.js';

const COLUMNS = `r.id, r.kind, r.origin, r.period_start::text as "periodStart", r.period_end::text as "periodEnd",
  r.time_zone as "timeZone", r.user_id as "userId", r.locale, r.address, r.state, r.attempts, r.last_error as error,
  r.attachment_id as "attachmentId", r.totals, r.times_sent as "timesSent", r.finished_at as "finishedAt", r.created_at as "createdAt"`;

const RETURNED = COLUMNS.replaceAll('r.', '');

/** Of those who want to be told and have worked; whoever has a run for it already gets no second one. */
const PLAN = prepared(
  'report_runs.plan',
  `insert into report_runs (kind, origin, period_start, period_end, time_zone, user_id, locale, next_at)
   select $1, $2, $3::date, $4::date, $5, u.id, $6, date_trunc('milliseconds', now())
   from users u
   where u.is_enabled and u.is_notified and u.claimed_by is null
     and exists (select from time_entries te where te.user_id = u.id and te.version > 0 and te.deleted_at is null
       and te.started_at >= $7 and te.started_at < $8)
   order by u.id
   on conflict do nothing`,
);

const CREATE_DONE = prepared(
  'report_runs.create_done',
  `insert into report_runs (kind, origin, period_start, period_end, time_zone, user_id, locale, address, state, attempts,
     attachment_id, totals, finished_at)
   values ('user', 'request', $1::date, $2::date, $3, $4, $5, $6, 'done', 1, $7, $8, date_trunc('milliseconds', now()))
   returning ${RETURNED}`,
);

/** Counted when it begins: a try that takes the process with it is one too. */
const BEGIN = prepared(
  'report_runs.begin',
  `update report_runs set attempts = attempts + 1 where id = $1 and lease_token = $2 returning ${RETURNED}`,
);

const RENEW = prepared(
  'report_runs.renew',
  'update report_runs set lease_until = now() + make_interval(secs => $3) where id = $1 and lease_token = $2',
);

const HOLD = prepared(
  'report_runs.hold',
  'select 1 as held from report_runs where id = $1 and lease_token = $2 for update',
);

const SETTLE = prepared(
  'report_runs.settle',
  `update report_runs set state = $3, last_error = $4, attachment_id = $5, totals = $7, lease_token = null, lease_until = null,
     next_at = now() + make_interval(secs => $6), modified_at = now(),
     finished_at = case when $3 = 'pending' then null else date_trunc('milliseconds', now()) end
   where id = $1 and lease_token = $2`,
);

const PAGE = prepared(
  'report_runs.page',
  `select ${COLUMNS} from report_runs r
   where ($1::bigint is null or r.id < $1) and ($3::text is null or r.kind = $3) and ($4::text is null or r.state = $4)
     and ($5::bigint is null or r.user_id = $5)
   order by r.id desc limit $2`,
);

const LOCK = prepared('report_runs.lock', `select ${COLUMNS} from report_runs r where r.id = $1 for update`);

const SENT_AGAIN = prepared(
  'report_runs.sent_again',
  'update report_runs set times_sent = times_sent + 1, modified_at = now() where id = $1',
);

const RETRY = prepared(
  'report_runs.retry',
  `update report_runs set state = 'pending', attempts = 0, last_error = null, finished_at = null,
     next_at = date_trunc('milliseconds', now()), modified_at = now() where id = $1`,
);

const LAST_PLANNED = prepared(
  'report_schedules.lock',
  'select last_period_start::text as day from report_schedules where kind = $1 for update',
);
const BEGIN_SCHEDULE = prepared(
  'report_schedules.begin',
  'insert into report_schedules (kind, last_period_start) values ($1, $2::date) on conflict do nothing',
);
const ADVANCE_SCHEDULE = prepared(
  'report_schedules.advance',
  'update report_schedules set last_period_start = $2::date, modified_at = now() where kind = $1',
);

export interface RunPlan {
  kind: PeriodKind;
  origin: ReportRun['origin'];
  period: DayRange;
  /** The same period as instants. */
  interval: Interval;
  timeZone: string;
  locale: MailLocale;
}

export interface RunFilter {
  kind?: RunKind;
  state?: ReportRun['state'];
  userId?: number;
}

/** How a try ended; `delaySeconds` before the next one, where there is one. */
export interface RunEnd {
  state: Exclude<ReportRun['state'], 'working'>;
  error: string | null;
  attachmentId: number | null;
  totals: RunTotals | null;
  delaySeconds: number;
}

@Injectable()
export class ReportRunsRepository {
  constructor(private readonly database: Database) {}

  /** Writes down a run for each person who worked in the period; returns how many are new. */
  plan({ kind, origin, period, interval, timeZone, locale }: RunPlan, queryable: Queryable): Promise<number> {
    const { start, end } = interval;
    return queryable.execute(PLAN, [kind, origin, period.from, period.to, timeZone, locale, start, end]);
  }

  /** A report that was answered at once, and is to be mailed. */
  async createDone(
    run: Pick<
      ReportRun,
      'periodStart' | 'periodEnd' | 'timeZone' | 'userId' | 'locale' | 'address' | 'attachmentId' | 'totals'
    >,
    tx: Tx,
  ): Promise<ReportRun> {
    const { periodStart, periodEnd, timeZone, userId, locale, address, attachmentId, totals } = run;
    const values = [periodStart, periodEnd, timeZone, userId, locale, address, attachmentId, JSON.stringify(totals)];
    return (await tx.query<ReportRun & Record<string, unknown>>(CREATE_DONE, values))[0]!;
  }

  async claim(leaseSeconds: number): Promise<Claim | null> {
    const claimable = { table: 'report_runs', waiting: ['pending'], busy: 'working', leaseSeconds } as const;
    return (await claimDue(this.database, claimable, 1))[0] ?? null;
  }

  /** @returns `null` when another worker has taken it over */
  async begin({ id, leaseToken }: Claim): Promise<ReportRun | null> {
    return (await this.database.query<ReportRun & Record<string, unknown>>(BEGIN, [id, leaseToken]))[0] ?? null;
  }

  async renew({ id, leaseToken }: Claim, leaseSeconds: number): Promise<boolean> {
    return (await this.database.execute(RENEW, [id, leaseToken, leaseSeconds])) === 1;
  }

  /** Keeps others from taking the run over until `tx` ends. @returns false when one has done so */
  async hold({ id, leaseToken }: Claim, tx: Tx): Promise<boolean> {
    return (await tx.query(HOLD, [id, leaseToken])).length === 1;
  }

  /** @returns false when another worker has taken it over: nothing is written then */
  async settle({ id, leaseToken }: Claim, end: RunEnd, queryable: Queryable = this.database): Promise<boolean> {
    const { state, error, attachmentId, delaySeconds, totals } = end;
    const values = [id, leaseToken, state, error, attachmentId, delaySeconds, totals && JSON.stringify(totals)];
    return (await queryable.execute(SETTLE, values)) === 1;
  }

  /** Runs with an id below `beforeId`, newest first. */
  page(beforeId: number | null, limit: number, { kind, state, userId }: RunFilter): Promise<ReportRun[]> {
    const values = [beforeId, limit, kind ?? null, state ?? null, userId ?? null];
    return this.database.query<ReportRun & Record<string, unknown>>(PAGE, values);
  }

  async lock(id: number, tx: Tx): Promise<ReportRun | null> {
    return (await tx.query<ReportRun & Record<string, unknown>>(LOCK, [id]))[0] ?? null;
  }

  async countSending(id: number, tx: Tx): Promise<void> {
    await tx.execute(SENT_AGAIN, [id]);
  }

  async retry(id: number, tx: Tx): Promise<void> {
    await tx.execute(RETRY, [id]);
  }

  /** First day of the latest planned period, locked until `tx` ends; `null` before the first. */
  async lockSchedule(kind: PeriodKind, tx: Tx): Promise<string | null> {
    return (await tx.query<{ day: string }>(LAST_PLANNED, [kind]))[0]?.day ?? null;
  }

  async beginSchedule(kind: PeriodKind, periodStart: string, tx: Tx): Promise<void> {
    await tx.execute(BEGIN_SCHEDULE, [kind, periodStart]);
  }

  async advanceSchedule(kind: PeriodKind, periodStart: string, tx: Tx): Promise<void> {
    await tx.execute(ADVANCE_SCHEDULE, [kind, periodStart]);
  }
}
