import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** Named work somebody is doing right now. */
@Entity('leases')
export class Lease {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'leases_pk' })
  name: string;

  @Column('uuid')
  token: string;

  @Column({ ...timestamp, name: 'lease_until' })
  leaseUntil: Date;
}
