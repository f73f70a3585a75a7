import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';

/** Wrong passwords allowed within the window. */
export const MAX_FAILURES = { account: 10, peer: 1000 } as const;

// The failure that, when it leaves the window, makes room for one more.
const OLDEST_COUNTED = prepared(
  'login-failures.oldest-counted',
  `select
     (select failed_at from login_failures where account = $1 and failed_at > $3
      order by failed_at desc offset ${MAX_FAILURES.account - 1} limit 1) as "ofAccount",
     (select failed_at from login_failures where peer = $2 and failed_at > $3
      order by failed_at desc offset ${MAX_FAILURES.peer - 1} limit 1) as "ofPeer"`,
);
const RECORD = prepared(
  'login-failures.record',
  'insert into login_failures (account, peer, failed_at) values ($1, $2, $3)',
);
// A bounded bite from the old end at each failure keeps the table small without a job.
const FORGET = prepared(
  'login-failures.forget',
  `delete from login_failures where failed_at <= $1
     and id in (select id from login_failures order by id limit 100 for update skip locked)`,
);

@Injectable()
export class LoginFailuresRepository {
  constructor(private readonly database: Database) {}

  /** The failure that must grow old before another try is allowed, or `null` while one is allowed. */
  async findBlocking(account: string, peer: string, since: Date): Promise<Date | null> {
    const rows = await this.database.query<{ ofAccount: Date | null; ofPeer: Date | null }>(OLDEST_COUNTED, [
      account,
      peer,
      since,
    ]);
    const { ofAccount, ofPeer } = rows[0]!;
    if (ofAccount === null || ofPeer === null) return ofAccount ?? ofPeer;
    return ofAccount > ofPeer ? ofAccount : ofPeer;
  }

  /** Notes a failure and forgets some that no longer count. */
  async record(account: string, peer: string, now: Date, since: Date): Promise<void> {
    await this.database.execute(RECORD, [account, peer, now]);
    await this.database.execute(FORGET, [since]);
  }
}
