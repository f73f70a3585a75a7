import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** How many entries were ever born for a user, signed: a whole entry cannot vanish unnoticed. */
@Entity('ledger_registers')
@ForeignKey('users', ['userId'], ['id'], { name: 'ledger_registers_user_fk' })
export class LedgerRegister {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'ledger_registers_pk' })
  userId: number;

  @Column('integer', { name: 'entry_count' })
  entryCount: number;

  @Column('bigint', { name: 'last_entry_id' })
  lastEntryId: number;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea')
  mac: Buffer;
}
