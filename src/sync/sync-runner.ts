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
import { waitForQuota, type QuotaWait } from './quota-reserve.js';
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
    const open = await this.integrations.open(claim.id);
    const stored = await this.repository.find(claim.id);
    if (open === null || stored === null) {
      await this.end(
        claim,
        progress,
        { state: 'error', reason: 'The integration needs new credentials.', delaySeconds: 3600 },
        0,
      );
      return { counts: progress.counts, error: 'The integration needs new credentials.' };
    }
    const interval = await this.intervalOf(open.integration.userId);
    const wait = asked === undefined ? waitForQuota(open.provider.quotas?.(open.connection) ?? []) : null;
    if (wait !== null) return this.keepBack(claim, progress, wait);
    try {
      const lease = { leaseSeconds: this.leaseSeconds, intervalSeconds: interval };
      await this.read({ claim, open, stored, progress, asked, ...lease });
      await this.end(claim, progress, null, interval);
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
    await this.end(claim, progress, { state: 'waiting', reason: wait.reason, delaySeconds }, delaySeconds);
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
    await this.end(claim, progress, failure, interval);
    return { counts: progress.counts, error: failure.reason };
  }

  private end(
    claim: Pick<Claim, 'id' | 'leaseToken'>,
    progress: Progress,
    failure: Pick<RunFailure, 'state' | 'reason' | 'delaySeconds'> | null,
    interval: number,
  ): Promise<void> {
    return this.repository.end(claim, failure === null ? endWell(progress, interval) : endBadly(failure));
  }

  private async intervalOf(userId: number): Promise<number> {
    const { intervalSeconds } = await this.repository.settingsOf(userId);
    return intervalSeconds ?? this.config.syncIntervalSeconds;
  }

  private get leaseSeconds(): number {
    return this.config.testControl.leaseSeconds ?? SYNC_LEASE_SECONDS;
  }
}

function endWell({ counts, skipped, changesSince, walkedAt }: Progress, delaySeconds: number): RunEnd {
  const leftOut = skipped.length === 0 ? null : `Left out: ${skipped.slice(0, 10).join('; ')}`;
  const entriesSynced = counts.created + counts.updated + counts.deleted + counts.conflicts;
  return { state: 'idle', reason: null, error: leftOut, entriesSynced, delaySeconds, changesSince, walkedAt };
}

const endBadly = ({ state, reason, delaySeconds }: Pick<RunFailure, 'state' | 'reason' | 'delaySeconds'>): RunEnd => ({
  state,
  reason,
  error: reason,
  entriesSynced: null,
  delaySeconds,
  changesSince: null,
  walkedAt: null,
});
