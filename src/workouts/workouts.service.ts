import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/errors.js';
import { Transactions } from '../database/transactions.js';
import type { Origin } from '../binnacle/actor.js';
import { healthImport, HEALTH_SOURCE } from '../time-entries/health-activity.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import { readHealthExport, type SentWorkout, type UnreadableWorkout } from './health-auto-export.js';
import { HealthWorkoutsRepository } from './health-workouts.repository.js';

/** Whose workouts they are. */
export interface WorkoutOwner {
  id: number;
  /** That of their profile: exports tell offsets, not zones. */
  timeZone: string;
}

/** What became of what was sent. */
export interface WorkoutTally {
  new: number;
  duplicates: number;
  /** The first of them. */
  rejected: UnreadableWorkout[];
}

const BATCH = 200;
const MOST_REJECTIONS = 100;

/** Workouts that a phone sends: again and again, in batches that overlap, and maybe known from an export already. */
@Injectable()
export class WorkoutsService {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly repository: HealthWorkoutsRepository,
    private readonly transactions: Transactions,
  ) {}

  /**
   * All that can be read is in when this answers.
   * @throws DomainError 422 when nothing of it can be read
   */
  async take(payload: unknown, owner: WorkoutOwner, origin: Origin): Promise<WorkoutTally> {
    const sent = readHealthExport(payload);
    if (sent === null) throw invalid('There is no "data" in it, as Health Auto Export sends it.');
    const [first] = sent.rejected;
    if (sent.workouts.length === 0 && first !== undefined) {
      throw invalid(`None of the workouts can be read; workout ${first.workout}: ${first.reason}`);
    }
    let created = 0;
    for (let from = 0; from < sent.workouts.length; from += BATCH) {
      created += await this.write(sent.workouts.slice(from, from + BATCH), owner, origin);
    }
    const duplicates = sent.workouts.length - created;
    return { new: created, duplicates, rejected: sent.rejected.slice(0, MOST_REJECTIONS) };
  }

  /** An id that was used leads to the entry it led to before, whatever times it has now. */
  private write(workouts: readonly SentWorkout[], owner: WorkoutOwner, origin: Origin): Promise<number> {
    const sent = workouts.map(({ workoutId, activity }) => ({
      workoutId,
      change: healthImport(owner.id, activity, owner.timeZone),
    }));
    const named = sent.flatMap(({ workoutId, change }) =>
      workoutId === null ? [] : [{ workoutId, externalId: change.key.externalId }],
    );
    return this.transactions.run(async (tx) => {
      const keys = await this.repository.firstKeys(owner.id, named, tx);
      const changes = sent.map(({ workoutId, change }) => {
        const known = workoutId === null ? undefined : keys.get(workoutId);
        return known === undefined ? change : { ...change, key: { ...change.key, externalId: known } };
      });
      const author = { actor: { kind: 'webhook', id: HEALTH_SOURCE }, origin } as const;
      const applied = await this.entries.apply(changes, author, tx);
      return applied.filter(({ outcome }) => outcome === 'created').length;
    });
  }
}

const invalid = (message: string): DomainError => new DomainError(422, 'WEBHOOK.INVALID', message);
