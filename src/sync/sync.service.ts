import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { conflict } from '../common/errors.js';
import { toUnixSeconds } from '../common/instant.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { IntegrationsService, type Integration, type OpenIntegration } from '../integrations/integrations.service.js';
import { SyncPlanner, type CostedPlan } from './sync-planner.js';
import { SyncPlans } from './sync-plans.js';
import type { SyncCounts } from './sync-run.js';
import { quotasOf } from './metered.js';
import { DEFAULT_DAYS } from './run.js';
import { SYNC_LEASE_SECONDS, SyncRunner } from './sync-runner.js';
import { SyncRepository, type StoredSync } from './sync.repository.js';

export interface QuotaStatus {
  bucket: string;
  remaining: number;
  /** What a window begins with, where that is known. */
  limit?: number;
  resets_at: number;
}

/** The cloud of an integration: green, grey, or turning. */
export interface SyncStatus {
  integration_id: number;
  state: 'idle' | 'syncing' | 'waiting' | 'error' | 'off';
  connected: boolean;
  last_sync: number | null;
  last_success: number | null;
  last_error: string | null;
  entries_synced: number;
  next_sync: number | null;
  reason: string | null;
  /** What is left of the service's limits, for all replicas together. */
  quota: QuotaStatus[];
}

export interface SyncNow {
  integration_id: number;
  state: 'done' | 'error' | 'queued';
  counts: SyncCounts | null;
  error: string | null;
}

/** Keeping a user's services and the ledger in step, and showing how it stands. */
@Injectable()
export class SyncService {
  constructor(
    private readonly repository: SyncRepository,
    private readonly integrations: IntegrationsService,
    private readonly runner: SyncRunner,
    private readonly plans: SyncPlans,
    private readonly planner: SyncPlanner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async status(userId: number): Promise<SyncStatus[]> {
    const { isAuto } = await this.repository.settingsOf(userId);
    const rows = await this.integrations.list(userId);
    const open = new Map((await this.integrations.openAll(userId)).map((one) => [one.integration.id, one]));
    return Promise.all(
      rows.map(async (row) => ({
        ...statusOf(row, (await this.repository.find(row.id)) ?? NEVER_SYNCED, isAuto),
        quota: await quotaOf(open.get(row.id)),
      })),
    );
  }

  /** Whether and how often the user's services are read by themselves. */
  async change(userId: number, changes: { auto?: boolean; interval_seconds?: number }): Promise<SyncStatus[]> {
    const { isAuto, intervalSeconds } = await this.repository.settingsOf(userId);
    await this.repository.saveSettings(
      userId,
      changes.auto ?? isAuto,
      changes.interval_seconds ?? intervalSeconds ?? this.config.syncIntervalSeconds,
    );
    return this.status(userId);
  }

  /**
   * Reads the named integration now, or all of them.
   * @param days walk these days instead of asking for the changes
   */
  async now(userId: number, integrationId: number | undefined, days: number | undefined): Promise<SyncNow[]> {
    const all =
      integrationId === undefined
        ? await this.integrations.list(userId)
        : [await this.integrations.getOwned(userId, integrationId)];
    return Promise.all(all.map((integration) => this.readNow(integration, days)));
  }

  /** What `now` would do, row by row; nothing is written but the plan. */
  async dryRun(userId: number, integrationId: number | undefined, days: number | undefined): Promise<CostedPlan[]> {
    const all =
      integrationId === undefined
        ? await this.integrations.list(userId)
        : [await this.integrations.getOwned(userId, integrationId)];
    return Promise.all(all.map(async ({ id }) => this.planner.plan(await this.opened(id), days ?? DEFAULT_DAYS)));
  }

  /** @throws DomainError 404, 409 when something has moved since the plan was made */
  async applyPlan(userId: number, planId: number): Promise<SyncNow> {
    const integrationId = await this.plans.integrationOf(userId, planId);
    const counts = await this.plans.apply(planId, await this.opened(integrationId));
    return { integration_id: integrationId, state: 'done', counts, error: null };
  }

  private async readNow(integration: Integration, days: number | undefined): Promise<SyncNow> {
    const leaseToken = randomUUID();
    const lease = this.config.testControl.leaseSeconds ?? SYNC_LEASE_SECONDS;
    if (!(await this.repository.claimOne(integration.id, leaseToken, lease))) {
      // Somebody reads it at this moment: what they find is what this caller asked for.
      return { integration_id: integration.id, state: 'queued', counts: null, error: null };
    }
    const { counts, error } = await this.runner.run({ id: integration.id, leaseToken }, { days });
    return { integration_id: integration.id, state: error === null ? 'done' : 'error', counts, error };
  }

  private async opened(integrationId: number): Promise<OpenIntegration> {
    const open = await this.integrations.open(integrationId);
    if (open === null) throw conflict('INTEGRATION.NEEDS_REAUTH', 'The integration needs new credentials.');
    return open;
  }
}

const seconds = (instant: Date | null): number | null => (instant === null ? null : toUnixSeconds(instant));

type Standing = Omit<StoredSync, 'id' | 'next_at'> & { next_at: Date | null };

const NEVER_SYNCED: Standing = {
  state: 'idle',
  next_at: null,
  reason: null,
  last_sync_at: null,
  last_success_at: null,
  last_error: null,
  entries_synced: 0,
  changes_since: null,
  walked_at: null,
  walk: null,
};

function statusOf(integration: Integration, stored: Standing, isAuto: boolean): Omit<SyncStatus, 'quota'> {
  const isConnected = integration.state === 'connected';
  return {
    integration_id: integration.id,
    state: stateOf(integration, stored, isAuto),
    connected: isConnected,
    last_sync: seconds(stored.last_sync_at),
    last_success: seconds(stored.last_success_at),
    last_error: integration.lastError ?? stored.last_error,
    entries_synced: stored.entries_synced,
    next_sync: isAuto && isConnected ? seconds(stored.next_at) : null,
    reason: stored.reason,
  };
}

async function quotaOf(open: OpenIntegration | undefined): Promise<QuotaStatus[]> {
  const readings = open === undefined ? [] : await quotasOf(open);
  return readings.map(({ bucket, remaining, limit, resetsAt }) => ({
    bucket,
    remaining,
    ...(limit !== null && { limit }),
    resets_at: toUnixSeconds(resetsAt),
  }));
}

function stateOf(integration: Integration, stored: Standing, isAuto: boolean): SyncStatus['state'] {
  if (integration.state !== 'connected') return 'error';
  if (stored.state === 'syncing') return 'syncing';
  return isAuto ? stored.state : 'off';
}
