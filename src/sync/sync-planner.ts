import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { RemoteReader } from './remote-reader.js';
import { SyncPlans, type Plan } from './sync-plans.js';
import { nextStep, planRead } from './sync-run.js';

/** Reads a service as a sync would and makes a plan of it, without telling the ledger. */
@Injectable()
export class SyncPlanner {
  constructor(
    private readonly reader: RemoteReader,
    private readonly plans: SyncPlans,
    private readonly clock: Clock,
  ) {}

  async plan(open: OpenIntegration, days: number): Promise<Plan> {
    const facts = { isIncremental: false, changesSince: null, walkedAt: null, walk: null, isAsked: true };
    let walk = planRead({ now: this.clock.now(), days, ...facts }).walk!;
    const changes: EntryChange[] = [];
    for (let step = nextStep(walk); step !== null; step = nextStep(walk)) {
      changes.push(...(await this.reader.step(open, step.from, step.to)).changes);
      walk = { ...walk, doneUntil: step.to.toISOString() };
    }
    return this.plans.make(open, changes);
  }
}
