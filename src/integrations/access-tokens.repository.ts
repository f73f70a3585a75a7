import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import type { Sealed } from './sealing.js';

export interface StoredToken {
  sealed: Sealed;
  renewAt: Date;
  expiresAt: Date;
}

/** What is known of one credential. */
export interface TokenRow {
  token: StoredToken | null;
  /** Unix milliseconds, oldest first. */
  refreshes: number[];
}

interface Row {
  token: Buffer | null;
  token_key_id: string | null;
  renew_at: Date | null;
  expires_at: Date | null;
  refreshes: number[];
}

const FIND = prepared(
  'access-tokens.find',
  'select token, token_key_id, renew_at, expires_at, refreshes from access_tokens where credential_key = $1',
);
const NOTE = prepared(
  'access-tokens.note',
  `insert into access_tokens (credential_key, refreshes) values ($1, $2)
   on conflict (credential_key) do update set refreshes = excluded.refreshes, modified_at = now()`,
);
const SAVE = prepared(
  'access-tokens.save',
  `update access_tokens set token = $2, token_key_id = $3, renew_at = $4, expires_at = $5, modified_at = now()
   where credential_key = $1`,
);

@Injectable()
export class AccessTokensRepository {
  constructor(private readonly database: Database) {}

  async find(credentialKey: string): Promise<TokenRow | null> {
    const [row] = await this.database.query<Row>(FIND, [credentialKey]);
    if (row === undefined) return null;
    const { token, token_key_id: keyId, renew_at: renewAt, expires_at: expiresAt, refreshes } = row;
    const isEmpty = token === null || keyId === null || renewAt === null || expiresAt === null;
    return { token: isEmpty ? null : { sealed: { keyId, bytes: token }, renewAt, expiresAt }, refreshes };
  }

  async noteRefreshes(credentialKey: string, refreshes: number[]): Promise<void> {
    await this.database.execute(NOTE, [credentialKey, JSON.stringify(refreshes)]);
  }

  async save(credentialKey: string, { sealed, renewAt, expiresAt }: StoredToken): Promise<void> {
    await this.database.execute(SAVE, [credentialKey, sealed.bytes, sealed.keyId, renewAt, expiresAt]);
  }

  async forget(credentialKey: string): Promise<void> {
    await this.database.execute('delete from access_tokens where credential_key = $1', [credentialKey]);
  }
}
