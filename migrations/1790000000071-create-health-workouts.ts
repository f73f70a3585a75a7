import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids that an app gives to workouts, and the entry each of them became: sent again, it is found even with other times. */
export class CreateHealthWorkouts1790000000071 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table health_workouts (
        user_id bigint not null,
        workout_id text not null,
        external_id text not null,
        created_at timestamptz(3) not null default now(),
        constraint health_workouts_pk primary key (user_id, workout_id),
        constraint health_workouts_user_fk foreign key (user_id) references users (id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table health_workouts');
  }
}
