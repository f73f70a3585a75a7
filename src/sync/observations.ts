import { Injectable } from '@nestjs/common';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { PushService } from '../push/push.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';

export type Observation = Extract<EntryChange, { kind: 'observe' }>;

/** Turns what a service shows into words for the ledger. */
@Injectable()
export class Observations {
  constructor(
    private readonly projects: ProjectsService,
    private readonly entries: TimeEntriesService,
    private readonly pushes: PushService,
  ) {}

  /**
   * One observation for each entry shown. Left out are echoes of our own creates whose answer is not written down yet, and
   * entries that cannot be (they end before they start).
   * @param readAt when a complete read began
   */
  async of(
    { integration, provider }: OpenIntegration,
    shown: readonly RemoteEntry[],
    readAt?: Date,
  ): Promise<{ observations: Observation[]; impossible: RemoteEntry[] }> {
    const impossible = shown.filter((entry) => entry.end !== null && entry.end < entry.start);
    const possible = shown.filter((entry) => !impossible.includes(entry));
    const known = await this.entries.findLinkedExternalIds(
      provider.key,
      integration.workspaceId,
      possible.map((entry) => entry.externalId),
    );
    // Asked after the ids: what has been confirmed in between is then simply an entry we know.
    const isOurs = await this.pushes.echoes(integration.id);
    const isEcho = (entry: RemoteEntry) => !known.has(entry.externalId) && isOurs(entry);
    const projectIds = possible.flatMap(({ projectExternalId }) => projectExternalId ?? []);
    const projects = await this.projects.findByExternalIds(integration.id, [...new Set(projectIds)]);
    const observations = possible
      .filter((entry) => !isEcho(entry))
      .map((entry): Observation => {
        const project = entry.projectExternalId === null ? undefined : projects.get(entry.projectExternalId);
        return {
          kind: 'observe',
          key: { source: provider.key, workspaceId: entry.workspaceId, externalId: entry.externalId },
          userId: integration.userId,
          integrationId: integration.id,
          facts: {
            entry: { ...entry, timeZone: entry.timeZone ?? integration.timeZone },
            projectId: project?.id ?? null,
            projectName: project?.name ?? null,
            readAt,
          },
        };
      });
    return { observations, impossible };
  }
}
