import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import { TEAM_PROVIDER } from '../time-entries/team-view.js';

/** A person as coordinators know them. */
export interface Member {
  id: number;
  /** Their id at the service coordinators speak of; `null` for whoever has no account there. */
  externalId: string | null;
  name: string;
  email: string | null;
  hoursPerMonth: number | null;
  isEnabled: boolean;
  disabledAt: Date | null;
  isNotified: boolean;
}

type Row = Member & Record<string, unknown>;

/** Whoever turned out to be somebody else is that person, and no member beside them. */
const SELECT = `select u.id, u.name, u.email, u.hours_per_month as "hoursPerMonth", u.is_enabled as "isEnabled",
    u.disabled_at as "disabledAt", u.is_notified as "isNotified",
    (select a.account_id from provider_accounts a where a.user_id = u.id and a.provider = '${TEAM_PROVIDER}'
     order by a.created_at, a.account_id limit 1) as "externalId"
  from users u where u.claimed_by is null`;

const BY_ID = prepared('team.by_id', `${SELECT} and u.id = $1`);
const BY_EMAIL = prepared(
  'team.by_email',
  `${SELECT} and lower(u.email) = lower($1) order by u.is_enabled desc, u.id limit 1`,
);
const PAGE = prepared('team.page', `${SELECT} and u.id > $1 order by u.id limit $2`);
const WITH_SESSIONS = prepared(
  'team.with_sessions',
  `${SELECT} and u.id > $1 and exists (
     select from time_entries te
     where te.user_id = u.id and te.deleted_at is null and te.version > 0 and seen_by_team(te.source, u.settings)
       and te.started_at >= coalesce($3, '-infinity'::timestamptz) and te.started_at < coalesce($4, 'infinity'::timestamptz))
   order by u.id limit $2`,
);

@Injectable()
export class TeamRepository {
  constructor(private readonly database: Database) {}

  async findById(id: number): Promise<Member | null> {
    return (await this.database.query<Row>(BY_ID, [id]))[0] ?? null;
  }

  /** Of several with one address, the first who is enabled. */
  async findByEmail(email: string): Promise<Member | null> {
    return (await this.database.query<Row>(BY_EMAIL, [email]))[0] ?? null;
  }

  find(afterId: number, limit: number): Promise<Member[]> {
    return this.database.query<Row>(PAGE, [afterId, limit]);
  }

  /** Those with sessions that start in [from, to). */
  findWithSessions({ from, to }: { from?: Date; to?: Date }, afterId: number, limit: number): Promise<Member[]> {
    return this.database.query<Row>(WITH_SESSIONS, [afterId, limit, from ?? null, to ?? null]);
  }
}
