import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import { teamOf } from '../integrations/workspace-scope.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { KnownEntriesService } from '../time-entries/known-entries.service.js';
import { Observations } from './observations.js';
import { Teams } from './teams.js';

/** How an entry is at its service, in words for the ledger. */
@Injectable()
export class EntryLookUp {
  constructor(
    private readonly observations: Observations,
    private readonly known: KnownEntriesService,
    private readonly teams: Teams,
    private readonly clock: Clock,
  ) {}

  async changesOf(open: OpenIntegration, externalId: string): Promise<readonly EntryChange[]> {
    const readAt = this.clock.now();
    const shown = await open.provider.getEntry(open.connection, externalId);
    if (shown === null) return this.goneFrom(open, externalId);
    const capability = teamOf(open);
    const team = capability === null ? undefined : await this.teams.look(open, capability);
    return (await this.observations.of(open, [shown], { readAt, team })).observations;
  }

  private async goneFrom({ provider, integration }: OpenIntegration, externalId: string): Promise<EntryChange[]> {
    const workspace = { source: provider.key, workspaceId: integration.workspaceId };
    const entry = (await this.known.findByExternalIds(workspace, [externalId])).get(externalId);
    if (entry === undefined) return [];
    const { id, integrationId } = entry;
    return [{ kind: 'vanish', id, integrationId, reason: 'the service shows it no more' }];
  }
}
