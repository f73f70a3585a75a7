import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable } from '../database/database.js';

// The owner is locked so that a change of the password or a disabling, which ends all cookies, either sees this cookie
// or makes it impossible.
const OPEN = prepared(
  'cookie-sessions.open',
  `with owner as (select id from users where id = $1 and password_hash = $2 and is_enabled for share)
   insert into cookie_sessions (user_id, token_hash, created_at, expires_at) select id, $3, $4, $5 from owner`,
);

@Injectable()
export class CookieSessionsRepository {
  constructor(private readonly database: Database) {}

  /** @returns false when the user is disabled or has another password by now */
  async open(
    owner: { id: number; passwordHash: string },
    session: { tokenHash: Buffer; createdAt: Date; expiresAt: Date },
  ): Promise<boolean> {
    const values = [owner.id, owner.passwordHash, session.tokenHash, session.createdAt, session.expiresAt];
    return (await this.database.execute(OPEN, values)) === 1;
  }

  async delete(id: number): Promise<void> {
    await this.database.execute('delete from cookie_sessions where id = $1', [id]);
  }

  async deleteExpiredOf(userId: number, now: Date): Promise<void> {
    await this.database.execute('delete from cookie_sessions where user_id = $1 and expires_at <= $2', [userId, now]);
  }

  async deleteAllOf(userId: number, queryable: Queryable): Promise<void> {
    await queryable.execute('delete from cookie_sessions where user_id = $1', [userId]);
  }
}
