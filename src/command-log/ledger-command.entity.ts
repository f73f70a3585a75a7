import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Actor, Origin } from '../binnacle/actor.js';
import { timestamp } from '../database/columns.js';
import type { EntryChange } from '../time-entries/entry-change.js';

/** What a person told the ledger about a session of a service, in the words in which the ledger was told. */
@Entity('ledger_commands')
@Unique('ledger_commands_order', ['appliedOrder'])
@Index('ledger_commands_entry', ['entryId'])
@ForeignKey('time_entries', ['entryId'], ['id'], { name: 'ledger_commands_entry_fk' })
export class LedgerCommand {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'ledger_commands_pk',
  })
  id: number;

  /** Its place among everything that was told to the ledger; deliveries have theirs from the same sequence. */
  @Column('bigint', { name: 'applied_order', default: () => `nextval('ledger_order')` })
  appliedOrder: number;

  @Column('bigint', { name: 'entry_id' })
  entryId: number;

  @Column('jsonb')
  actor: Actor;

  @Column('jsonb', { nullable: true })
  origin: Origin | null;

  @Column('jsonb')
  change: EntryChange;

  @Column({ ...timestamp, name: 'recorded_at', default: () => 'now()' })
  recordedAt: Date;
}
