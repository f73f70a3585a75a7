import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import { teamOf } from '../integrations/workspace-scope.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { RemoteReader, type RemoteRead } from './remote-reader.js';
import { meteredBy } from './metered.js';
import { SyncPlans, type Plan } from './sync-plans.js';
import { freshWalk, nextStep } from './sync-run.js';
import { Teams } from './teams.js';

type ReadStep = (step: { from: Date; to: Date }) => Promise<RemoteRead>;

/** What was read is kept with the plan, and what a service says itself is never pushed back to it. */
const CALLS_TO_APPLY = 0;

/** A plan with the calls to the service that making it took, and that carrying it out will take. */
export type CostedPlan = Plan & { cost: { callsUsed: number; callsToApply: number } };

/** Reads a service as a sync would and makes a plan of it, without telling the ledger. */
@Injectable()
export class SyncPlanner {
  constructor(
    private readonly reader: RemoteReader,
    private readonly plans: SyncPlans,
    private readonly teams: Teams,
    private readonly clock: Clock,
  ) {}

  async plan(integration: OpenIntegration, days: number): Promise<CostedPlan> {
    const meter = { isByClock: false, calls: 0 };
    const open = meteredBy(integration, meter);
    const start = freshWalk(this.clock.now(), days);
    const changes: EntryChange[] = [];
    for (const read of await this.readers(open)) {
      let walk = start;
      for (let step = nextStep(walk); step !== null; step = nextStep(walk)) {
        changes.push(...(await read(step)).changes);
        walk = { ...walk, doneUntil: step.to.toISOString() };
      }
    }
    const plan = await this.plans.make(open, changes);
    return { ...plan, cost: { callsUsed: meter.calls, callsToApply: CALLS_TO_APPLY } };
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
