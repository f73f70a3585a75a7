import { Injectable } from '@nestjs/common';
import { unprocessable } from '../common/errors.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { ProjectsService } from '../projects/projects.service.js';
import { ProviderTimers } from './provider-timers.js';

/** Where a timer is to run; both null means here. */
export interface TimerTarget {
  integrationId: number | null;
  projectId: number | null;
}

/** Finds the service a timer command is about. */
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

  /** The services with timers that can be asked right now: all of the user's, or the one named. */
  async withTimers(userId: number, integrationId?: number): Promise<OpenIntegration[]> {
    if (integrationId !== undefined) await this.integrations.getOwned(userId, integrationId);
    const open = await this.integrations.openAll(userId);
    return open.filter(
      ({ provider, integration }) =>
        provider.timer !== undefined && (integrationId === undefined || integration.id === integrationId),
    );
  }

  refresh(integrations: readonly OpenIntegration[], timeZone: string): Promise<string[]> {
    return this.providerTimers.refresh(integrations, timeZone);
  }

  private hasTimer(providerKey: string): boolean {
    return this.registry.find(providerKey)?.timer !== undefined;
  }
}
