import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { unprocessable } from '../common/errors.js';
import { warningAbout, type IntegrationWarning } from '../integrations/integration-warning.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { ProjectsService } from '../projects/projects.service.js';
import { ProviderTimers } from './provider-timers.js';

/** Where a timer is to run; both null means here. */
export interface TimerTarget {
  integrationId: number | null;
  projectId: number | null;
}

/** Finds the service a timer command is about, and asks the services what runs. */
@Injectable()
export class TimerTargets {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly registry: ProviderRegistry,
    private readonly projects: ProjectsService,
    private readonly providerTimers: ProviderTimers,
  ) {}

  /**
   * The integration that is named, else the project's, else the oldest one with a timer, else none: the timer runs here.
   * @throws DomainError 404 for somebody else's, 422 `TIMER.NOT_SUPPORTED`
   */
  async resolve(userId: number, command: { integration_id?: number; project_id?: number }): Promise<TimerTarget> {
    const project = command.project_id === undefined ? null : await this.projects.getOwned(userId, command.project_id);
    const integrationId = command.integration_id ?? project?.integration_id;
    if (integrationId === undefined) {
      const connected = await this.integrations.list(userId);
      const oldest = connected.find((integration) => this.hasTimer(integration.provider));
      return { integrationId: oldest?.id ?? null, projectId: null };
    }
    const integration = await this.integrations.getOwned(userId, integrationId);
    if (!this.hasTimer(integration.provider)) {
      throw unprocessable('TIMER.NOT_SUPPORTED', `${integration.name} has no timers: write a log with start and end.`);
    }
    return { integrationId, projectId: project?.id ?? null };
  }

  /** @throws DomainError 404 when it does not exist or is somebody else's */
  async assertOwned(userId: number, integrationId: number): Promise<void> {
    await this.integrations.getOwned(userId, integrationId);
  }

  /**
   * Brings the ledger up to what the user's services with timers show running.
   * @param isConcerned which of the integrations to ask
   * @returns one warning for each that could not be asked: there the ledger's own word holds
   */
  async ask(user: UserCaller, isConcerned: (integrationId: number) => boolean): Promise<IntegrationWarning[]> {
    const rows = (await this.integrations.list(user.userId)).filter(
      ({ id, provider }) => this.hasTimer(provider) && isConcerned(id),
    );
    if (rows.length === 0) return [];
    const open = (await this.integrations.openAll(user.userId)).filter(({ integration }) =>
      rows.some(({ id }) => id === integration.id),
    );
    const closed = rows.filter(({ id }) => !open.some(({ integration }) => integration.id === id));
    const warnings = await this.providerTimers.refresh(open, user.timeZone);
    const unasked = closed.map((row) => warningAbout(row, `${row.name} needs new credentials before it can be asked.`));
    return [...warnings, ...unasked];
  }

  private hasTimer(providerKey: string): boolean {
    return this.registry.find(providerKey)?.timer !== undefined;
  }
}
