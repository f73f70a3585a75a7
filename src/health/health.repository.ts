import { Injectable } from '@nestjs/common';
import { MIGRATIONS } from '../../migrations/index.js';
import { Database, prepared, type PreparedStatement } from '../database/database.js';

const APPLIED = prepared('health.migrations', 'select name from migrations');
const OLDEST_DUE = prepared(
  'health.oldest_due_push',
  // What waits for new credentials is no backlog of ours.
  `select extract(epoch from now() - min(p.next_at))::float8 as seconds
   from pushes p join integrations i on i.id = p.integration_id and i.state = 'connected' and i.removed_at is null
   where p.state in ('pending', 'sending', 'unknown') and p.next_at <= now()`,
);
const OLDEST_DUE_MAIL = prepared(
  'health.oldest_due_mail',
  `select extract(epoch from now() - min(next_at))::float8 as seconds from mail_outbox
   where state in ('pending', 'sending') and next_at <= now()`,
);
const OLDEST_DUE_DELIVERY = prepared(
  'health.oldest_due_delivery',
  `select extract(epoch from now() - min(next_at))::float8 as seconds from deliveries
   where state in ('pending', 'processing') and next_at <= now()`,
);
/** Those that are done are the most by far, and nobody asks for their number. */
const DELIVERIES_BY_STATE = prepared(
  'health.deliveries',
  `select state, count(*)::int as count from deliveries where state in ('pending', 'processing') group by state
   union all
   select state, count(*)::int from deliveries where state not in ('pending', 'processing', 'done') group by state`,
);
const MAILS_BY_STATE = prepared(
  'health.mails',
  // What has arrived is not counted: it is most of 90 days.
  `select state, count(*)::int as count from mail_outbox where state <> 'done' group by state`,
);
const BY_STATE = prepared('health.pushes', 'select state, count(*)::int as count from pushes group by state');

export interface PoolFigures {
  total: number;
  idle: number;
  waiting: number;
}

@Injectable()
export class HealthRepository {
  constructor(private readonly database: Database) {}

  /** How many migrations of this build the database has not seen. */
  async countMissingMigrations(): Promise<number> {
    const applied = new Set((await this.database.query<{ name: string }>(APPLIED)).map((row) => row.name));
    return MIGRATIONS.filter((migration) => !applied.has(migration.name)).length;
  }

  /** Age of the push that has waited longest past its time; 0 when none is due. */
  oldestDuePushSeconds(): Promise<number> {
    return this.ageOf(OLDEST_DUE);
  }

  /** The same of mails: it grows while no server takes them. */
  oldestDueMailSeconds(): Promise<number> {
    return this.ageOf(OLDEST_DUE_MAIL);
  }

  /** The same of deliveries: it grows while they are not worked off. */
  oldestDueDeliverySeconds(): Promise<number> {
    return this.ageOf(OLDEST_DUE_DELIVERY);
  }

  /** By state, without those that are done. */
  countDeliveriesByState(): Promise<Map<string, number>> {
    return this.countByState(DELIVERIES_BY_STATE);
  }

  countPushesByState(): Promise<Map<string, number>> {
    return this.countByState(BY_STATE);
  }

  countMailsByState(): Promise<Map<string, number>> {
    return this.countByState(MAILS_BY_STATE);
  }

  poolFigures(): PoolFigures {
    const { totalCount, idleCount, waitingCount } = this.database.pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  private async ageOf(statement: PreparedStatement): Promise<number> {
    const [row] = await this.database.query<{ seconds: number | null }>(statement);
    return Math.max(0, Math.round(row?.seconds ?? 0));
  }

  private async countByState(statement: PreparedStatement): Promise<Map<string, number>> {
    const rows = await this.database.query<{ state: string; count: number }>(statement);
    return new Map(rows.map((row) => [row.state, row.count]));
  }
}
