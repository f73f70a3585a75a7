import { Injectable } from '@nestjs/common';
import { unprocessable } from '../common/errors.js';
import type { TimeTrackingProvider } from '../integrations/contract/provider.js';
import { IntegrationsService, type Integration } from '../integrations/integrations.service.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { EntryContent } from '../time-entries/time-entry.js';

/** Where an entry lives: at a service, in one of its projects, or only here. */
export interface EntryHome {
  content: Pick<
    EntryContent,
    'source' | 'workspaceId' | 'integrationId' | 'projectId' | 'projectExternalId' | 'projectName'
  >;
  provider: TimeTrackingProvider | null;
}

const LOCAL: EntryHome = {
  content: {
    source: 'local',
    workspaceId: null,
    integrationId: null,
    projectId: null,
    projectExternalId: null,
    projectName: null,
  },
  provider: null,
};

/** Finds the home that a caller's `project_id` and `integration_id` name. Both must be the caller's own. */
@Injectable()
export class EntryHomes {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly projects: ProjectsService,
    private readonly registry: ProviderRegistry,
  ) {}

  /** @throws DomainError 404 for somebody else's, 422 when the project is not one of that integration */
  async resolve(userId: number, projectId: number | null, integrationId: number | null): Promise<EntryHome> {
    if (projectId === null && integrationId === null) return LOCAL;
    const integration = integrationId === null ? null : await this.integrations.getOwned(userId, integrationId);
    if (projectId === null) return this.atIntegration(integration!, null);
    const project = await this.projects.getOwned(userId, projectId);
    if (integration !== null && project.integration_id !== integration.id) {
      throw unprocessable('LOG.PROJECT_MISMATCH', 'project_id is not a project of integration_id');
    }
    return this.atIntegration(
      integration ?? (await this.integrations.getOwned(userId, project.integration_id)),
      project,
    );
  }

  /** The provider of an entry's integration, whether or not it can be called right now. */
  providerOf(source: string): TimeTrackingProvider | null {
    return this.registry.find(source);
  }

  private atIntegration(
    integration: Integration,
    project: { id: number; external_id: string; name: string } | null,
  ): EntryHome {
    return {
      content: {
        source: integration.provider,
        workspaceId: integration.workspaceId,
        integrationId: integration.id,
        projectId: project?.id ?? null,
        projectExternalId: project?.external_id ?? null,
        projectName: project?.name ?? null,
      },
      provider: this.registry.get(integration.provider),
    };
  }
}
