import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../../database/database.js';

/** A journey to a consent page. */
export interface Journey {
  userId: number;
  provider: string;
  region: string | null;
  returnTo: string | null;
}

interface Row {
  provider: string;
  region: string | null;
  return_to: string | null;
}

const ADD = prepared(
  'oauth-states.add',
  `insert into oauth_states (state_hash, user_id, provider, region, return_to, expires_at) values ($1, $2, $3, $4, $5, $6)`,
);
const TAKE = prepared(
  'oauth-states.take',
  `delete from oauth_states where state_hash = $1 and user_id = $2 and expires_at > $3
   returning provider, region, return_to`,
);

@Injectable()
export class OAuthStatesRepository {
  constructor(private readonly database: Database) {}

  async add(stateHash: Buffer, journey: Journey, expiresAt: Date): Promise<void> {
    const { userId, provider, region, returnTo } = journey;
    await this.database.execute(ADD, [stateHash, userId, provider, region, returnTo, expiresAt]);
  }

  /** Ends the user's own journey, once; somebody else's stays as it is. */
  async take(stateHash: Buffer, userId: number, now: Date): Promise<Journey | null> {
    const [row] = await this.database.query<Row>(TAKE, [stateHash, userId, now]);
    return row === undefined ? null : { userId, provider: row.provider, region: row.region, returnTo: row.return_to };
  }

  async removeExpired(now: Date): Promise<void> {
    await this.database.execute('delete from oauth_states where expires_at <= $1', [now]);
  }
}
