import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** A button as it last showed itself; the row that makes presses within 1.5 s one. */
@Entity('flic_buttons')
@ForeignKey('users', ['userId'], ['id'], { name: 'flic_buttons_user_fk', onDelete: 'CASCADE' })
export class FlicButton {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'flic_buttons_pk' })
  userId: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'flic_buttons_pk' })
  button: string;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('integer', { name: 'battery_percent', nullable: true })
  batteryPercent: number | null;

  @Column('text', { name: 'last_stamp', nullable: true })
  lastStamp: string | null;

  @Column({ ...timestamp, name: 'last_pressed_at' })
  lastPressedAt: Date;
}
