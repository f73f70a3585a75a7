import { Injectable } from '@nestjs/common';
import { parseJsonBody } from '../common/json-body.js';
import { WebhookRefusal, type WebhookReport } from '../integrations/contract/webhooks.js';
import { IntegrationsService, type Integration } from '../integrations/integrations.service.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { ChangeOf } from '../time-entries/entry-change.js';
import type { ClaimedDelivery } from './delivery.js';

/** A delivery in words for the ledger. */
export interface Word {
  delivery: ClaimedDelivery;
  account: WebhookReport['account'];
  /** Without its owner, who is known only in the transaction. */
  change: Omit<ChangeOf<'report'>, 'userId'>;
}

interface Read {
  delivery: ClaimedDelivery;
  report: WebhookReport;
}

/** An entry that was read, and the integration it lives at. */
interface Placed extends Read {
  home: Integration | null;
}

/** Turns deliveries into words for the ledger, from their bytes: so a mended reading can be tried on what was kept. */
@Injectable()
export class ReportWords {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly integrations: IntegrationsService,
    private readonly projects: ProjectsService,
  ) {}

  /** @throws WebhookRefusal or DomainError when it cannot be read (any more) */
  read(delivery: Pick<ClaimedDelivery, 'provider' | 'event' | 'raw'>): WebhookReport {
    const webhooks = this.registry.find(delivery.provider)?.webhooks;
    if (webhooks === undefined) throw new WebhookRefusal('There is no such service any more.');
    return webhooks.parse(delivery.event, parseJsonBody(delivery.raw) ?? {});
  }

  async of(deliveries: readonly ClaimedDelivery[]): Promise<Word[]> {
    const read = deliveries.map((delivery) => ({ delivery, report: this.read(delivery) }));
    const placed = await this.placed(read);
    const projects = await this.projectsOf(placed);
    return placed.map(({ delivery, report, home }): Word => {
      const { entry, account } = report;
      const project = projects.get(projectKey(home, entry.projectExternalId));
      return {
        delivery,
        account,
        change: {
          kind: 'report',
          event: delivery.event,
          key: { source: delivery.provider, workspaceId: entry.workspaceId, externalId: entry.externalId },
          integrationId: home?.id ?? null,
          facts: {
            entry: { ...entry, timeZone: entry.timeZone ?? home?.timeZone ?? null },
            projectId: project?.id ?? null,
            projectName: project?.name ?? null,
          },
        },
      };
    });
  }

  /** Somebody's own integration of the workspace, else one that reads everybody's entries there. */
  private async placed(read: readonly Read[]): Promise<Placed[]> {
    const homes = new Map<string, Integration[]>();
    for (const { delivery, report } of read) {
      const key = workspaceKey(delivery.provider, report);
      if (!homes.has(key)) {
        homes.set(key, await this.integrations.listAt(delivery.provider, report.entry.workspaceId));
      }
    }
    return read.map((one) => {
      const there = homes.get(workspaceKey(one.delivery.provider, one.report))!;
      const own = there.find(({ accountId }) => accountId === one.report.account.accountId);
      return { ...one, home: own ?? there.find(({ settings }) => settings.scope === 'workspace') ?? null };
    });
  }

  private async projectsOf(placed: readonly Placed[]): Promise<Map<string, { id: number; name: string }>> {
    const found = new Map<string, { id: number; name: string }>();
    for (const [home, ofHome] of Map.groupBy(placed, (one) => one.home)) {
      if (home === null) continue;
      const ids = new Set(ofHome.flatMap(({ report }) => report.entry.projectExternalId ?? []));
      if (ids.size === 0) continue;
      const projects = await this.projects.findByExternalIds(home.id, [...ids]);
      for (const [externalId, project] of projects) found.set(projectKey(home, externalId), project);
    }
    return found;
  }
}

const workspaceKey = (provider: string, { entry }: WebhookReport): string => `${provider}/${entry.workspaceId}`;
const projectKey = (home: Integration | null, externalId: string | null): string => `${home?.id}/${externalId}`;
