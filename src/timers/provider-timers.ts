import { Injectable, Logger } from '@nestjs/common';
import { withinMilliseconds } from '../common/deadline.js';
import { messageOf } from '../common/errors.js';
import { Transactions } from '../database/transactions.js';
import { ProviderError } from '../integrations/contract/provider-error.js';
import type { TimerCapability } from '../integrations/contract/provider.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { warningAbout, type IntegrationWarning } from '../integrations/integration-warning.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { PushService } from '../push/push.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { KnownEntriesService } from '../time-entries/known-entries.service.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

/** A press waits no longer than this for a service to tell what runs there. */
const ANSWER_MILLISECONDS = 8000;

/** Brings the ledger up to what the services themselves show running: somebody may have used their app. */
@Injectable()
export class ProviderTimers {
  private readonly logger = new Logger('Timers');

  constructor(
    private readonly integrations: IntegrationsService,
    private readonly projects: ProjectsService,
    private readonly entries: TimeEntriesService,
    private readonly known: KnownEntriesService,
    private readonly pushes: PushService,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Asks each service what runs and tells the ledger.
   * @returns one warning for every service that did not answer: there the ledger's own word holds
   */
  async refresh(integrations: readonly OpenIntegration[], timeZone: string): Promise<IntegrationWarning[]> {
    const warnings = await Promise.all(integrations.map((open) => this.refreshOne(open, timeZone)));
    return warnings.filter((warning) => warning !== null);
  }

  private async refreshOne(open: OpenIntegration, timeZone: string): Promise<IntegrationWarning | null> {
    const { provider, integration } = open;
    if (provider.timer === undefined) return null;
    try {
      const isDone = await withinMilliseconds(ANSWER_MILLISECONDS, this.compare(open, provider.timer, timeZone));
      return isDone === true ? null : warningAbout(integration, `${integration.name} did not answer in time.`);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (error.kind === 'invalid_credentials') await this.integrations.needsReauth(integration, error.message);
      this.logger.warn(`Integration ${integration.id}: ${messageOf(error)}`);
      return warningAbout(integration, `${integration.name} could not be asked: ${error.message}`);
    }
  }

  private async compare(open: OpenIntegration, timer: TimerCapability, timeZone: string): Promise<true> {
    const { integration, connection, provider } = open;
    const shown = await timer.current(connection);
    const ours = (await this.entries.findRunning(integration.userId)).filter(
      (entry) => entry.integrationId === integration.id && entry.externalId !== null,
    );
    const changes = shown === null ? [] : [await this.observation(open, shown, timeZone)];
    for (const entry of ours.filter(({ externalId }) => externalId !== shown?.externalId)) {
      const remote = await provider.getEntry(connection, entry.externalId!);
      changes.push(remote === null ? vanished(entry, integration.id) : await this.observation(open, remote, timeZone));
    }
    const known = changes.filter((change) => change !== null);
    if (known.length === 0) return true;
    const author = { actor: { kind: 'provider' as const, id: provider.key }, origin: null };
    await this.transactions.run((tx) => this.entries.apply(known, author, tx));
    return true;
  }

  /** `null` for the echo of a start of ours whose answer has not been written down yet, and for what is another user's here. */
  private async observation(open: OpenIntegration, remote: RemoteEntry, timeZone: string): Promise<EntryChange | null> {
    const { integration, provider } = open;
    const workspace = { source: provider.key, workspaceId: remote.workspaceId };
    const known = (await this.known.findByExternalIds(workspace, [remote.externalId])).get(remote.externalId);
    const isEcho = async () => (await this.pushes.echoes(integration.id))(remote);
    if (known === undefined ? await isEcho() : known.userId !== integration.userId) return null;
    const { projectExternalId } = remote;
    const project =
      projectExternalId === null ? null : await this.projects.findByExternalId(integration.id, projectExternalId);
    return {
      kind: 'observe',
      key: { ...workspace, externalId: remote.externalId },
      userId: integration.userId,
      integrationId: integration.id,
      facts: {
        entry: { ...remote, timeZone: remote.timeZone ?? timeZone },
        projectId: project?.id ?? null,
        projectName: project?.name ?? null,
      },
    };
  }
}

const vanished = (entry: TimeEntry, integrationId: number): EntryChange => ({
  kind: 'vanish',
  id: entry.id,
  integrationId,
  reason: 'the service does not know it any more',
});
