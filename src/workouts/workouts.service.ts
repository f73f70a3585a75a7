import { Injectable } from '@nestjs/common';
import { parseLargeJson } from '../common/json-body.js';
import type { Tx } from '../database/database.js';
import { WebhookRefusal } from '../integrations/contract/webhooks.js';
import { healthImport } from '../time-entries/health-activity.js';
import { HealthKeys } from '../time-entries/health-keys.js';
import { TimeEntriesService, type AppliedChange, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import { readHealthExport, type SentWorkout, type SentWorkouts } from './health-auto-export.js';
import { HealthWorkoutsRepository } from './health-workouts.repository.js';

/** Whose workouts they are. */
export interface WorkoutOwner {
  id: number;
  /** That of their profile: exports tell offsets, not zones. */
  timeZone: string;
}

const BATCH = 200;

/** Workouts that a phone sends: again and again, in batches that overlap, and maybe known from an export already. */
@Injectable()
export class WorkoutsService {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly healthKeys: HealthKeys,
    private readonly repository: HealthWorkoutsRepository,
  ) {}

  /**
   * @throws WebhookRefusal when nothing of it can be read
   * @throws DomainError 400 for what is not JSON
   */
  read(body: Buffer): SentWorkouts {
    const sent = readHealthExport(parseLargeJson(body));
    if (sent === null) throw new WebhookRefusal('There is no "data" in it, as Health Auto Export sends it.');
    const [first] = sent.rejected;
    if (sent.workouts.length === 0 && first !== undefined) {
      throw new WebhookRefusal(`None of the workouts can be read; workout ${first.workout}: ${first.reason}`);
    }
    return sent;
  }

  /** All of them, in the caller's transaction; answers in their order. */
  async tell(
    workouts: readonly SentWorkout[],
    owner: WorkoutOwner,
    author: ChangeAuthor,
    tx: Tx,
  ): Promise<AppliedChange[]> {
    const applied: AppliedChange[] = [];
    for (let from = 0; from < workouts.length; from += BATCH) {
      applied.push(...(await this.tellSome(workouts.slice(from, from + BATCH), owner, author, tx)));
    }
    return applied;
  }

  /** An id that was used leads to the entry it led to before, whatever times it has now. */
  private async tellSome(
    workouts: readonly SentWorkout[],
    owner: WorkoutOwner,
    author: ChangeAuthor,
    tx: Tx,
  ): Promise<AppliedChange[]> {
    const told = workouts.map(({ activity }) => healthImport(owner.id, activity, owner.timeZone));
    const settled = await this.healthKeys.settle(owner.id, told, tx);
    const sent = workouts.map(({ workoutId }, index) => ({ workoutId, change: settled[index]! }));
    const named = sent.flatMap(({ workoutId, change }) =>
      workoutId === null ? [] : [{ workoutId, externalId: change.key.externalId }],
    );
    const keys = await this.repository.firstKeys(owner.id, named, tx);
    const changes = sent.map(({ workoutId, change }) => {
      const known = workoutId === null ? undefined : keys.get(workoutId);
      return known === undefined ? change : { ...change, key: { ...change.key, externalId: known } };
    });
    return this.entries.apply(changes, author, tx);
  }
}
