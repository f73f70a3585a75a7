import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import { teamOf } from '../integrations/workspace-scope.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { RemoteReader, type RemoteRead } from './remote-reader.js';
import { SyncPlans, type Plan } from './sync-plans.js';
import { freshWalk, nextStep } from './sync-run.js';
import { Teams } from './teams.js';

type ReadStep = (step: { from: Date; to: Date }) => Promise<RemoteRead>;

/** Reads a service as a sync would and makes a plan of it, without telling the ledger. */
@Injectable()
export class SyncPlanner {
  constructor(
    private readonly reader: RemoteReader,
    private readonly plans: SyncPlans,
    private readonly teams: Teams,
    private readonly clock: Clock,
  ) {}

  async plan(open: OpenIntegration, days: number): Promise<Plan> {
    const start = freshWalk(this.clock.now(), days);
    const changes: EntryChange[] = [];
    for (const read of await this.readers(open)) {
      let walk = start;
      for (let step = nextStep(walk); step !== null; step = nextStep(walk)) {
        changes.push(...(await read(step)).changes);
        walk = { ...walk, doneUntil: step.to.toISOString() };
      }
    }
    return this.plans.make(open, changes);
  }

  /** One for each account whose days are walked. */
  private async readers(open: OpenIntegration): Promise<ReadStep[]> {
    const capability = teamOf(open);
    if (capability === null) return [({ from, to }) => this.reader.step(open, from, to)];
    const team = await this.teams.look(open, capability);
    return [...team.members.keys()].map(
      (accountId) => (step) => this.reader.memberStep(open, capability, { team, accountId }, step),
    );
  }
}
