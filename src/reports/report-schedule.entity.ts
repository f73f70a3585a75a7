import { Column, Entity, PrimaryColumn } from 'typeorm';
import { modifiedAt } from '../database/columns.js';

/** How far the reports by the clock have come. */
@Entity('report_schedules')
export class ReportScheduleRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'report_schedules_pk' })
  kind: string;

  /** First day of the latest period whose runs have been written down. */
  @Column('date', { name: 'last_period_start' })
  lastPeriodStart: string;

  @Column(modifiedAt)
  modifiedAt: Date;
}
