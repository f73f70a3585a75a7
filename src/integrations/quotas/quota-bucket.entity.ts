import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { modifiedAt, timestamp } from '../../database/columns.js';

/** A limit of an outside service, as all replicas count against it. */
@Entity('quota_buckets')
@Check('quota_buckets_rule', 'num_nulls(capacity, window_seconds) in (0, 2)')
@Check('quota_buckets_window', 'num_nulls(remaining, resets_at) in (0, 2)')
export class QuotaBucket {
  /** Digests and ids, never a credential. */
  @PrimaryColumn('text', { name: 'bucket_key', primaryKeyConstraintName: 'quota_buckets_pk' })
  bucketKey: string;

  /** What a new window begins with, by the service's rule; `null` where it has none that is known. */
  @Column('integer', { nullable: true })
  capacity: number | null;

  @Column('integer', { name: 'window_seconds', nullable: true })
  windowSeconds: number | null;

  /** Left of the current window, calls under way taken off. */
  @Column('integer', { nullable: true })
  remaining: number | null;

  @Column({ ...timestamp, name: 'resets_at', nullable: true })
  resetsAt: Date | null;

  /** When the pace's bucket would be full again. */
  @Column({ ...timestamp, name: 'full_at', nullable: true })
  fullAt: Date | null;

  /** Until then the service asked not to be called. */
  @Column({ ...timestamp, name: 'retry_at', nullable: true })
  retryAt: Date | null;

  /** How often in a row it asked so. */
  @Column('integer', { default: 0 })
  refusals: number;

  @Column(modifiedAt)
  modifiedAt: Date;
}
