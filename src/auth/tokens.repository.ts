import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../database/database.js';
import type { ApiToken } from './api-token.entity.js';

/** A token without its hash: nobody needs that to see it. */
export type TokenRow = Pick<ApiToken, 'id' | 'name' | 'createdAt' | 'lastUsedAt'>;

const COLUMNS = 'id, name, created_at as "createdAt", last_used_at as "lastUsedAt"';

@Injectable()
export class TokensRepository {
  constructor(private readonly database: Database) {}

  /** @returns `null` when the user is gone or was disabled in the meantime */
  async insert(userId: number, token: { name: string; tokenHash: Buffer; createdAt: Date }): Promise<TokenRow | null> {
    const rows = await this.database.query<TokenRow>(
      `with owner as (select id from users where id = $1 and is_enabled and username is not null for share)
       insert into api_tokens (user_id, name, token_hash, created_at) select id, $2, $3, $4 from owner
       returning ${COLUMNS}`,
      [userId, token.name, token.tokenHash, token.createdAt],
    );
    return rows[0] ?? null;
  }

  findPageOf(userId: number, afterId: number, limit: number): Promise<TokenRow[]> {
    return this.database.query<TokenRow>(
      `select ${COLUMNS} from api_tokens where user_id = $1 and id > $2 order by id limit $3`,
      [userId, afterId, limit],
    );
  }

  /** @returns whether there was such a token of that user */
  async delete(id: number, userId: number): Promise<boolean> {
    return (await this.database.execute('delete from api_tokens where id = $1 and user_id = $2', [id, userId])) === 1;
  }

  async deleteAllOf(userId: number, queryable: Queryable): Promise<void> {
    await queryable.execute('delete from api_tokens where user_id = $1', [userId]);
  }
}
