import { Injectable } from '@nestjs/common';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { PushService } from '../push/push.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { KnownEntriesService, type KnownEntry } from '../time-entries/known-entries.service.js';
import { PeopleService } from '../users/people.service.js';
import type { Team } from './teams.js';

export type Observation = Extract<EntryChange, { kind: 'observe' }>;

export interface Told {
  observations: Observation[];
  /** Why entries were left out, one sentence each. */
  skipped: string[];
}

export interface Reading {
  /** When a complete read began. */
  readAt?: Date;
  /** Given when everybody's entries are read, not only the account's own. */
  team?: Team;
}

/** An entry on its way, with what the ledger knows of it and the integration it lives at. */
interface Placed {
  entry: RemoteEntry;
  known: KnownEntry | undefined;
  homeId: number;
}

/** Turns what a service shows into words for the ledger. */
@Injectable()
export class Observations {
  constructor(
    private readonly projects: ProjectsService,
    private readonly known: KnownEntriesService,
    private readonly pushes: PushService,
    private readonly people: PeopleService,
  ) {}

  /**
   * One observation for each entry shown. Left out are echoes of our own creates whose answer is not written down yet, entries
   * that cannot be (they end before they start), and those that belong to another user here.
   */
  async of(open: OpenIntegration, shown: readonly RemoteEntry[], reading: Reading = {}): Promise<Told> {
    const { integration, provider } = open;
    const impossible = shown.filter((entry) => entry.end !== null && entry.end < entry.start);
    const possible = shown.filter((entry) => !impossible.includes(entry));
    const workspace = { source: provider.key, workspaceId: integration.workspaceId };
    const ids = possible.map((entry) => entry.externalId);
    const known = await this.known.findByExternalIds(workspace, ids);
    const placed = possible.map((entry) => place(entry, known.get(entry.externalId), open, reading.team));
    const foreign = await this.foreign(placed, open, reading.team);
    const ours = await this.withoutEchoes(placed.filter((one) => !foreign.has(one)));
    const skipped = [
      ...impossible.map((entry) => `entry ${entry.externalId} ends before it starts`),
      ...[...foreign].map(({ entry }) => `entry ${entry.externalId} belongs to another user here, with whom it stays`),
    ];
    return { observations: await this.told(ours, open, reading), skipped };
  }

  /** What was recorded for the account's former owner stays with them (docs/adr/0013-who-is-behind-an-account.md). */
  private async foreign(placed: readonly Placed[], open: OpenIntegration, team?: Team): Promise<Set<Placed>> {
    const foreign = new Set<Placed>();
    for (const one of placed) {
      const owner = ownerOf(one.entry, open, team);
      if (one.known === undefined || owner === undefined || one.known.userId === owner) continue;
      // Claimed while we were reading: the placeholder stands for the owner then.
      if ((await this.people.resolve(one.known.userId)) !== owner) foreign.add(one);
    }
    return foreign;
  }

  private async withoutEchoes(placed: readonly Placed[]): Promise<Placed[]> {
    const unknown = placed.filter((one) => one.known === undefined);
    // Asked after the ids: what has been confirmed in between is then simply an entry we know.
    const homes = [...new Set(unknown.map(({ homeId }) => homeId))];
    const isOurs = new Map(await Promise.all(homes.map(async (id) => [id, await this.pushes.echoes(id)] as const)));
    return placed.filter(({ known, homeId, entry }) => known !== undefined || !isOurs.get(homeId)!(entry));
  }

  private async told(placed: readonly Placed[], open: OpenIntegration, reading: Reading): Promise<Observation[]> {
    const projects = await this.projectsOf(placed);
    return placed.map(({ entry, homeId }): Observation => {
      const { projectExternalId: id } = entry;
      const project = id === null ? undefined : projects.get(homeId)!.get(id);
      return {
        kind: 'observe',
        key: { source: open.provider.key, workspaceId: entry.workspaceId, externalId: entry.externalId },
        userId: ownerOf(entry, open, reading.team) ?? open.integration.userId,
        integrationId: homeId,
        facts: {
          entry: { ...entry, timeZone: entry.timeZone ?? zoneOf(entry, open, reading.team) },
          projectId: project?.id ?? null,
          projectName: project?.name ?? null,
          readAt: reading.readAt,
        },
      };
    });
  }

  /** Each home has its own list of the same projects. */
  private async projectsOf(
    placed: readonly Placed[],
  ): Promise<Map<number, Awaited<ReturnType<ProjectsService['findByExternalIds']>>>> {
    const ids = new Map<number, Set<string>>();
    for (const { homeId, entry } of placed) {
      const wanted = ids.get(homeId) ?? new Set();
      ids.set(homeId, entry.projectExternalId === null ? wanted : wanted.add(entry.projectExternalId));
    }
    const found = [...ids].map(
      async ([homeId, wanted]) => [homeId, await this.projects.findByExternalIds(homeId, [...wanted])] as const,
    );
    return new Map(await Promise.all(found));
  }
}

/** Whoever reads everybody's entries leaves those of a member with an integration of their own where that is. */
function place(
  entry: RemoteEntry,
  known: KnownEntry | undefined,
  { integration }: OpenIntegration,
  team: Team | undefined,
): Placed {
  const own = team?.homes.get(entry.accountId)?.id;
  const homeId = team === undefined ? integration.id : (known?.integrationId ?? own ?? integration.id);
  return { entry, known, homeId };
}

const ownerOf = (entry: RemoteEntry, { integration }: OpenIntegration, team?: Team): number | undefined =>
  team === undefined ? integration.userId : team.owners.get(entry.accountId);

function zoneOf({ accountId }: RemoteEntry, { integration }: OpenIntegration, team?: Team): string | null {
  return team?.homes.get(accountId)?.timeZone ?? team?.members.get(accountId)?.timeZone ?? integration.timeZone;
}
