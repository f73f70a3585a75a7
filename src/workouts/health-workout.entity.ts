import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { createdAt } from '../database/columns.js';

/** A workout an app has sent under an id of its own, and the key of the entry it became. */
@Entity('health_workouts')
@ForeignKey('users', ['userId'], ['id'], { name: 'health_workouts_user_fk' })
export class HealthWorkout {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'health_workouts_pk' })
  userId: number;

  @PrimaryColumn('text', { name: 'workout_id', primaryKeyConstraintName: 'health_workouts_pk' })
  workoutId: string;

  @Column('text', { name: 'external_id' })
  externalId: string;

  @Column(createdAt)
  createdAt: Date;
}
