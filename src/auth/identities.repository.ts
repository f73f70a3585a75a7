import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import type { Role } from '../users/user.entity.js';

/** A credential that opened, and whose it is. */
export interface Identity {
  credentialId: number;
  userId: number;
  username: string;
  role: Role;
  timeZone: string;
}

export interface TokenIdentity extends Identity {
  lastUsedAt: Date | null;
}

const OWNER = `u.id as "userId", u.username, u.role, u.time_zone as "timeZone"`;

// Both run on every request: one look-up by a unique index each, and never a cache, so that what was revoked
// through one replica is dead at all of them.
const BY_COOKIE = prepared(
  'auth.by-cookie',
  `select s.id as "credentialId", ${OWNER}
   from cookie_sessions s join users u on u.id = s.user_id
   where s.token_hash = $1 and s.expires_at > $2 and u.is_enabled and u.username is not null`,
);
const BY_TOKEN = prepared(
  'auth.by-token',
  `select t.id as "credentialId", t.last_used_at as "lastUsedAt", ${OWNER}
   from api_tokens t join users u on u.id = t.user_id
   where t.token_hash = $1 and u.is_enabled and u.username is not null`,
);
const TOUCH = prepared(
  'auth.touch-token',
  'update api_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)',
);

@Injectable()
export class IdentitiesRepository {
  constructor(private readonly database: Database) {}

  /** @param hash SHA-256 of the cookie's value */
  async findByCookie(hash: Buffer, now: Date): Promise<Identity | null> {
    return (await this.database.lookUp<Identity>(BY_COOKIE, [hash, now])) ?? null;
  }

  /** @param hash SHA-256 of the token */
  async findByToken(hash: Buffer): Promise<TokenIdentity | null> {
    return (await this.database.lookUp<TokenIdentity>(BY_TOKEN, [hash])) ?? null;
  }

  /** Notes that a token was used, unless that was already noted after `unlessAfter`. */
  async touchToken(tokenId: number, now: Date, unlessAfter: Date): Promise<void> {
    await this.database.execute(TOUCH, [tokenId, now, unlessAfter]);
  }
}
