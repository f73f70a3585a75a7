import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '../database/database.js';

const REMEMBER = prepared(
  'health_workouts.remember',
  `insert into health_workouts (user_id, workout_id, external_id)
   select $1, w.workout_id, w.external_id from unnest($2::text[], $3::text[]) as w (workout_id, external_id)
   order by w.workout_id
   on conflict do nothing`,
);

const FIND = prepared(
  'health_workouts.find',
  'select workout_id as "workoutId", external_id as "externalId" from health_workouts where user_id = $1 and workout_id = any($2)',
);

@Injectable()
export class HealthWorkoutsRepository {
  /** The keys under which workouts came in first, by their id; those never heard of come in under the given one. */
  async firstKeys(
    userId: number,
    workouts: readonly { workoutId: string; externalId: string }[],
    tx: Tx,
  ): Promise<Map<string, string>> {
    if (workouts.length === 0) return new Map();
    const ids = workouts.map(({ workoutId }) => workoutId);
    const keys = workouts.map(({ externalId }) => externalId);
    await tx.execute(REMEMBER, [userId, ids, keys]);
    const rows = await tx.query<{ workoutId: string; externalId: string }>(FIND, [userId, ids]);
    return new Map(rows.map(({ workoutId, externalId }) => [workoutId, externalId]));
  }
}
