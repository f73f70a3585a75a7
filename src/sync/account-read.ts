import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { LedgerWriter } from './ledger-writer.js';
import { RemoteReader, type RemoteRead } from './remote-reader.js';
import { DEFAULT_DAYS, LeaseLost, note, type Run } from './run.js';
import { nextStep, planRead, type WalkProgress } from './sync-run.js';
import { SyncRepository } from './sync.repository.js';

/** Reads the one account of an integration: its changes, or day by day. */
@Injectable()
export class AccountRead {
  constructor(
    private readonly repository: SyncRepository,
    private readonly reader: RemoteReader,
    private readonly writer: LedgerWriter,
    private readonly clock: Clock,
  ) {}

  async read(run: Run): Promise<void> {
    const now = this.clock.now();
    const { open, stored, progress, asked } = run;
    const plan = planRead({
      now,
      days: asked?.days ?? DEFAULT_DAYS,
      isIncremental: open.provider.incremental !== undefined,
      changesSince: stored.changes_since,
      walkedAt: stored.walked_at,
      walk: stored.walk,
      isAsked: asked?.days !== undefined,
    });
    if (plan.since !== undefined) {
      const read = await this.reader.changes(open, plan.since);
      await this.write(run, read);
      // What could not be shown is found by walking, at the next run.
      if (read.isComplete) progress.changesSince = now;
      else progress.walkedAt = new Date(0);
      return;
    }
    await this.walk(run, plan.walk!);
    progress.changesSince = stored.changes_since ?? now;
    progress.walkedAt = now;
  }

  private async walk(run: Run, start: WalkProgress): Promise<void> {
    let walk = start;
    for (let step = nextStep(walk); step !== null; step = nextStep(walk)) {
      const isOurs = await this.repository.checkpoint(run.claim, walk, run.leaseSeconds);
      if (!isOurs) throw new LeaseLost();
      await this.write(run, await this.reader.step(run.open, step.from, step.to));
      walk = { ...walk, doneUntil: step.to.toISOString() };
    }
  }

  private async write({ open, progress }: Run, read: RemoteRead): Promise<void> {
    note(progress, await this.writer.write(open, read.changes), read);
  }
}
