import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { ChangeOf, ExternalKey } from '../time-entries/entry-change.js';
import { healthImport, type HealthChange } from '../time-entries/health-activity.js';
import { privateWorkspace } from '../time-entries/private-workspace.js';
import type { ReadItem, WorkRow } from './file-reader.js';

type Found = Extract<ReadItem, { kind: 'work' | 'health' }>;

/** The account that entries are pushed to, with its projects by name. */
interface TargetIntegration {
  id: number;
  provider: string;
  workspaceId: string;
  projects: ReadonlyMap<string, { id: number; externalId: string }>;
}

/** Whose the entries become, and where they live. */
export interface ImportTarget {
  userId: number;
  /** The clock of files that tell no zone. */
  timeZone: string;
  integration: TargetIntegration | null;
}

/** Turns what files hold into changes of the ledger. */
@Injectable()
export class ImportTargets {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly projects: ProjectsService,
  ) {}

  /** @throws DomainError 404 when the integration is not this user's */
  async find(user: { id: number; timeZone: string }, integrationId: number | undefined): Promise<ImportTarget> {
    const target = { userId: user.id, timeZone: user.timeZone };
    if (integrationId === undefined) return { ...target, integration: null };
    const { id, provider, workspaceId } = await this.integrations.getOwned(user.id, integrationId);
    const { items } = await this.projects.search(user.id, { integrationId });
    const projects = new Map(
      items
        .filter(({ archived }) => !archived)
        .map((project) => [nameKey(project.name), { id: project.id, externalId: project.external_id }]),
    );
    return { ...target, integration: { id, provider, workspaceId, projects } };
  }
}

const nameKey = (name: string): string => name.trim().toLowerCase();

/** What a thing found in a file means for the ledger. */
export const changeFor = (found: Found, target: ImportTarget): ChangeOf<'import'> | HealthChange =>
  found.kind === 'health'
    ? healthImport(target.userId, found.activity, target.timeZone)
    : workImport(found.row, target);

function workImport(row: WorkRow, target: ImportTarget): ChangeOf<'import'> {
  const { userId, timeZone } = target;
  const key = {
    source: row.source,
    workspaceId: privateWorkspace(userId),
    externalId: createHash('sha256').update(row.externalId).digest('base64url'),
  };
  return {
    kind: 'import',
    key,
    userId,
    content: {
      ...homeOf(row, key, target.integration),
      projectName: row.projectName,
      taskExternalId: null,
      taskName: row.taskName,
      description: row.description,
      notes: null,
      tags: row.tags,
      category: null,
      isBillable: row.isBillable,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
      isRunning: false,
      timeZone,
      timePrecision: 'second',
    },
  };
}

/** At the chosen account, in its project of that name where it has one; otherwise only here. */
function homeOf(row: WorkRow, { source, workspaceId }: ExternalKey, integration: TargetIntegration | null) {
  if (integration === null) {
    return { source, workspaceId, integrationId: null, projectId: null, projectExternalId: null };
  }
  const project = row.projectName === null ? undefined : integration.projects.get(nameKey(row.projectName));
  return {
    source: integration.provider,
    workspaceId: integration.workspaceId,
    integrationId: integration.id,
    projectId: project?.id ?? null,
    projectExternalId: project?.externalId ?? null,
  };
}
