import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import { redact } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Claim } from '../database/claims.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { teamOf } from '../integrations/workspace-scope.js';
import { AccountRead } from './account-read.js';
import { meteredBy, quotasOf } from './metered.js';
import { planNext, planRun, type QuotaWait } from './quota-planner.js';
import { endAfterFailure, type RunFailure } from './run-failure.js';
import { LeaseLost, noProgress, type Progress, type Run } from './run.js';
import type { SyncCounts } from './sync-run.js';
import { SyncRepository, type RunEnd } from './sync.repository.js';
import { WorkspaceRead } from './workspace-read.js';

export const SYNC_LEASE_SECONDS = 60;

export interface RunOutcome {
  counts: SyncCounts;
  /** Why the service could not be read to the end; `null` when it was. */
  error: string | null;
}

/** Reads one claimed integration and tells the ledger what it saw. */
@Injectable()
export class SyncRunner {
  private readonly logger = new Logger('Sync');

  constructor(
    private readonly repository: SyncRepository,
    private readonly integrations: IntegrationsService,
    private readonly account: AccountRead,
    private readonly workspace: WorkspaceRead,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Runs a claim to its end. Never throws: a failure is the outcome, and the status tells it.
   * @param asked set when a person asked for it: nothing is kept back, and named days are walked
   */
  async run(claim: Pick<Claim, 'id' | 'leaseToken'>, asked?: { days?: number }): Promise<RunOutcome> {
    const progress = noProgress();
    const opened = await this.integrations.open(claim.id);
    const meter = { isByClock: asked === undefined, calls: 0 };
    const open = opened && meteredBy(opened, meter);
    const stored = await this.repository.find(claim.id);
    if (open === null || stored === null) {
      const reason = 'The integration needs new credentials.';
      await this.repository.end(claim, endBadly({ state: 'error', reason, delaySeconds: 3600 }));
      return { counts: progress.counts, error: reason };
    }
    const interval = await this.intervalOf(open.integration.userId);
    const wait = asked === undefined ? planRun(await quotasOf(open)) : null;
    if (wait !== null) return this.keepBack(claim, progress, wait);
    try {
      const lease = { leaseSeconds: this.leaseSeconds, intervalSeconds: interval };
      await this.read({ claim, open, stored, progress, asked, ...lease });
      await this.endWell(claim, open, progress, { interval, calls: meter.calls });
      return { counts: progress.counts, error: null };
    } catch (error) {
      if (error instanceof LeaseLost) return { counts: progress.counts, error: 'Another worker has taken over.' };
      return await this.fail(claim, open, progress, error, interval);
    }
  }

  private async keepBack(
    claim: Pick<Claim, 'id' | 'leaseToken'>,
    progress: Progress,
    wait: QuotaWait,
  ): Promise<RunOutcome> {
    const delaySeconds = Math.max(1, (wait.until.getTime() - this.clock.now().getTime()) / 1000);
    await this.repository.end(claim, endBadly({ state: 'waiting', reason: wait.reason, delaySeconds }));
    return { counts: progress.counts, error: wait.reason };
  }

  private read(run: Run): Promise<void> {
    const team = teamOf(run.open);
    return team === null ? this.account.read(run) : this.workspace.read(run, team);
  }

  private async fail(
    claim: Pick<Claim, 'id' | 'leaseToken'>,
    open: OpenIntegration,
    progress: Progress,
    error: unknown,
    interval: number,
  ): Promise<RunOutcome> {
    const failure = endAfterFailure(error, { now: this.clock.now(), intervalSeconds: interval });
    if (failure.isUnexpected)
      this.logger.error(`Integration ${claim.id}: ${redact(messageOf(error))}`, (error as Error).stack);
    if (failure.needsReauth) await this.integrations.needsReauth(open.integration, failure.reason);
    else if (failure.state === 'error') await this.integrations.unread(open.integration, failure.reason);
    await this.repository.end(claim, endBadly(failure));
    return { counts: progress.counts, error: failure.reason };
  }

  /** The next run comes as soon as its user asked for, if the service grants the calls. */
  private async endWell(
    claim: Pick<Claim, 'id' | 'leaseToken'>,
    open: OpenIntegration,
    { counts, skipped, changesSince, walkedAt }: Progress,
    { interval, calls }: { interval: number; calls: number },
  ): Promise<void> {
    // Where only what is due or has changed is read, the next run costs less than one that met everything.
    const isRepeated = open.provider.incremental === undefined && teamOf(open) === null;
    const expected = { now: this.clock.now(), intervalSeconds: interval, calls: isRepeated ? calls : 1 };
    const next = planNext(await quotasOf(open), expected);
    await this.repository.end(claim, {
      state: next.isWaiting ? 'waiting' : 'idle',
      isSuccess: true,
      reason: next.reason,
      error: skipped.length === 0 ? null : `Left out: ${skipped.slice(0, 10).join('; ')}`,
      entriesSynced: counts.created + counts.updated + counts.deleted + counts.conflicts,
      delaySeconds: next.delaySeconds,
      changesSince,
      walkedAt,
    });
  }

  private async intervalOf(userId: number): Promise<number> {
    const { intervalSeconds } = await this.repository.settingsOf(userId);
    return intervalSeconds ?? this.config.syncIntervalSeconds;
  }

  private get leaseSeconds(): number {
    return this.config.testControl.leaseSeconds ?? SYNC_LEASE_SECONDS;
  }
}

const endBadly = ({ state, reason, delaySeconds }: Pick<RunFailure, 'state' | 'reason' | 'delaySeconds'>): RunEnd => ({
  state,
  isSuccess: false,
  reason,
  error: reason,
  entriesSynced: null,
  delaySeconds,
  changesSince: null,
  walkedAt: null,
});
