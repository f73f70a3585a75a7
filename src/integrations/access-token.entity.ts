import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { modifiedAt, timestamp } from '../database/columns.js';

/** The access token in force for one credential, encrypted, and when the last ones were asked for. */
@Entity('access_tokens')
@Check('access_tokens_token', 'num_nulls(token, token_key_id, renew_at, expires_at) in (0, 4)')
export class AccessToken {
  /** Digest of the credential, which is itself never stored here. */
  @PrimaryColumn('text', { name: 'credential_key', primaryKeyConstraintName: 'access_tokens_pk' })
  credentialKey: string;

  @Column('bytea', { nullable: true })
  token: Buffer | null;

  @Column('text', { name: 'token_key_id', nullable: true })
  tokenKeyId: string | null;

  @Column({ ...timestamp, name: 'renew_at', nullable: true })
  renewAt: Date | null;

  @Column({ ...timestamp, name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** Unix milliseconds of the latest refreshes, oldest first. */
  @Column('jsonb', { default: [] })
  refreshes: number[];

  @Column(modifiedAt)
  modifiedAt: Date;
}
