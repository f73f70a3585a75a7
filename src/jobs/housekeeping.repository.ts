import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

/** What goes when, `$1` being the present. */
const STATEMENTS = [
  // A request may be repeated with its key for a day.
  `delete from idempotency_keys where created_at < $1::timestamptz - interval '24 hours'`,
  // The limits look back 15 minutes.
  `delete from login_failures where failed_at < $1::timestamptz - interval '1 day'`,
  'delete from cookie_sessions where expires_at < $1',
  `delete from leases where lease_until < least($1, now()) - interval '1 hour'`,
  // Only then may an event be mailed about again; who did not get a mail stays on record.
  `delete from mail_outbox where state = 'done' and modified_at < $1::timestamptz - interval '90 days'`,
  // Copies of a delivery do not come for that long.
  `delete from session_notices where told_at < $1::timestamptz - interval '90 days'`,
  // A plan holds only while nothing moves.
  `delete from sync_plans where created_at < $1::timestamptz - interval '7 days'`,
  // Access tokens live for an hour, and the count of their refreshes looks back ten minutes.
  `delete from access_tokens where modified_at < least($1, now()) - interval '1 day'`,
  // Those with a rule keep it.
  `delete from quota_buckets where capacity is null and modified_at < least($1, now()) - interval '30 days'`,
  'delete from oauth_states where expires_at < $1',
  `delete from flic_presses where pressed_at < $1::timestamptz - interval '90 days'`,
];

/**
 * The ledger was never told of them, so nothing can be made of them again. Those that come again would be ignored again. A few at a
 * time: they are large, and their table is the busiest.
 */
const IGNORED = `
  delete from deliveries where id in (
    select id from deliveries
    where state = 'ignored' and last_received_at < $1::timestamptz - make_interval(days => $2::int) order by id limit $3)`;

const AT_A_TIME = 5000;

/** Deletes rows nobody will ask for again. */
@Injectable()
export class HousekeepingRepository {
  constructor(private readonly database: Database) {}

  async prune(now: Date): Promise<void> {
    for (const statement of STATEMENTS) await this.database.execute(statement, [now]);
  }

  async pruneIgnoredDeliveries(now: Date, days: number): Promise<void> {
    while ((await this.database.execute(IGNORED, [now, days, AT_A_TIME])) === AT_A_TIME);
  }
}
