import { Injectable } from '@nestjs/common';
import { parseJsonBody } from '../common/json-body.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { WebhookRefusal, type WebhookReport } from '../integrations/contract/webhooks.js';
import { IntegrationsService, type Integration } from '../integrations/integrations.service.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { ChangeOf } from '../time-entries/entry-change.js';
import type { ClaimedReport, FilledIn } from './delivery.js';

/** A delivery in words for the ledger. */
export interface Word {
  delivery: ClaimedReport;
  account: WebhookReport['account'];
  filledIn: FilledIn;
  /** A report is without its owner, who is known only in the transaction. `null`: nobody has connected the account. */
  change: Omit<ChangeOf<'report'>, 'userId'> | ChangeOf<'observe'> | null;
}

/** One that the ledger can be told. */
export type ToldWord = Word & { change: NonNullable<Word['change']> };

/** As much of it as the ledger needs. */
export interface BareWord extends Pick<ToldWord, 'account' | 'change'> {
  delivery: Pick<ClaimedReport, 'id' | 'provider'>;
}

interface Read {
  delivery: ClaimedReport;
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
  read(delivery: Pick<ClaimedReport, 'provider' | 'event' | 'raw'>): WebhookReport {
    const webhooks = this.registry.find(delivery.provider)?.webhooks;
    if (webhooks === undefined) throw new WebhookRefusal('There is no such service any more.');
    return webhooks.parse(delivery.event, parseJsonBody(delivery.raw) ?? {}, delivery.raw);
  }

  async of(deliveries: readonly ClaimedReport[]): Promise<Word[]> {
    const read = deliveries.map((delivery) => ({ delivery, report: this.read(delivery) }));
    const placed = await this.placed(read);
    const projects = await this.projectsOf(placed);
    return placed.map((one): Word => {
      const { delivery, report, home } = one;
      const project = projects.get(projectKey(home, report.entry.projectExternalId)) ?? null;
      const change = this.isVersioned(delivery.provider) ? deliveryOf(one, project) : reportOf(one, project);
      return { delivery, account: report.account, filledIn: filledIn(one, project), change };
    });
  }

  /** Whether its deliveries have versions, and numbers of their own. */
  isVersioned(provider: string): boolean {
    return this.registry.find(provider)?.webhooks?.isVersioned === true;
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

interface KnownProject {
  id: number;
  name: string;
}

const keyOf = ({ delivery, report: { entry } }: Placed) => ({
  source: delivery.provider,
  workspaceId: entry.workspaceId,
  externalId: entry.externalId,
});

const factsOf = ({ report: { entry }, home }: Placed, project: KnownProject | null) => ({
  entry: { ...entry, timeZone: entry.timeZone ?? home?.timeZone ?? null },
  projectId: project?.id ?? null,
  projectName: nameLeftOut(entry, project),
});

/** The service's own name of it counts, where it says one. */
const nameLeftOut = ({ projectName }: RemoteEntry, project: KnownProject | null): string | null =>
  projectName == null ? (project?.name ?? null) : null;

const filledIn = ({ report: { entry }, home }: Placed, project: KnownProject | null): FilledIn => ({
  ...(entry.timeZone == null && home?.timeZone != null && { timeZone: home.timeZone }),
  ...(nameLeftOut(entry, project) !== null && { projectName: project!.name }),
});

const reportOf = (placed: Placed, project: KnownProject | null): Word['change'] => ({
  kind: 'report',
  event: placed.delivery.event,
  key: keyOf(placed),
  integrationId: placed.home?.id ?? null,
  facts: factsOf(placed, project),
});

const deliveryOf = (placed: Placed, project: KnownProject | null): Word['change'] =>
  placed.home?.accountId !== placed.report.account.accountId
    ? null
    : {
        kind: 'observe',
        key: keyOf(placed),
        userId: placed.home.userId,
        integrationId: placed.home.id,
        facts: factsOf(placed, project),
        isDelivered: true,
      };

const workspaceKey = (provider: string, { entry }: WebhookReport): string => `${provider}/${entry.workspaceId}`;
const projectKey = (home: Integration | null, externalId: string | null): string => `${home?.id}/${externalId}`;
