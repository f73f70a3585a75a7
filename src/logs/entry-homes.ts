import { Injectable } from '@nestjs/common';
import { unprocessable } from '../common/errors.js';
import type { TimeTrackingProvider } from '../integrations/contract/provider.js';
import { IntegrationsService, type Integration } from '../integrations/integrations.service.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { EntryContent, TimeEntry } from '../time-entries/time-entry.js';

type HomeContent = Pick<
  EntryContent,
  'source' | 'workspaceId' | 'integrationId' | 'projectId' | 'projectExternalId' | 'projectName'
>;

/** Where an entry lives: at a service, in one of its projects, or only here. */
export interface EntryHome<Content = Partial<EntryContent>> {
  content: Content;
  provider: TimeTrackingProvider | null;
}

/** A service's task belongs to one of its projects. */
const NO_TASK = { taskExternalId: null, taskName: null };
const NO_PROJECT = { projectId: null, projectExternalId: null, projectName: null, ...NO_TASK };

const LOCAL: EntryHome<HomeContent> = {
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
  async resolve(
    userId: number,
    projectId: number | null,
    integrationId: number | null,
  ): Promise<EntryHome<HomeContent>> {
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

  /**
   * What a change of `project_id` and `integration_id` means for an entry. Without a project it stays at its integration; what
   * is not named stays, and must fit to what is.
   * @throws DomainError as `resolve`
   */
  async afterMove(
    entry: TimeEntry,
    { project_id: projectId, integration_id: integrationId }: { project_id?: number | null; integration_id?: number },
  ): Promise<EntryHome> {
    const movesProject = projectId !== undefined && projectId !== entry.projectId;
    const movesIntegration = integrationId !== undefined && integrationId !== entry.integrationId;
    if (!movesIntegration && (!movesProject || projectId === null)) {
      const provider = entry.integrationId === null ? null : this.providerOf(entry.source);
      return { content: movesProject ? NO_PROJECT : {}, provider };
    }
    const wanted = projectId === undefined ? entry.projectId : projectId;
    const { content, provider } = await this.resolve(entry.userId, wanted, integrationId ?? null);
    return { content: { ...content, ...NO_TASK }, provider };
  }

  /** The provider of an entry's integration, whether or not it can be called right now. */
  providerOf(source: string): TimeTrackingProvider | null {
    return this.registry.find(source);
  }

  private atIntegration(
    integration: Integration,
    project: { id: number; external_id: string; name: string } | null,
  ): EntryHome<HomeContent> {
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
