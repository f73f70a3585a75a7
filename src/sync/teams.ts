import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { TeamCapability, TeamMember } from '../integrations/contract/provider.js';
import { IntegrationsService, type Integration, type OpenIntegration } from '../integrations/integrations.service.js';
import { teamOf } from '../integrations/workspace-scope.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { PeopleService } from '../users/people.service.js';

/** Everybody of a workspace, as a sync of the whole workspace has to know them. */
export interface Team {
  /** By account. */
  members: ReadonlyMap<string, TeamMember>;
  /** The user behind each account; an account nobody has heard of is missing. */
  owners: ReadonlyMap<string, number>;
  /** Integrations of their own that members have of this workspace, by account. */
  homes: ReadonlyMap<string, Integration>;
}

/** Who is who in a workspace that is read as a whole. */
@Injectable()
export class Teams {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly people: PeopleService,
    private readonly transactions: Transactions,
  ) {}

  /** Everybody the service lists, the new ones with a placeholder from now on. */
  async meet(open: OpenIntegration, capability: TeamCapability): Promise<Team> {
    const members = await capability.listMembers(open.connection);
    const owners = await this.transactions.run((tx) => this.people.ensure(open.provider.key, members, tx));
    return { members: byAccount(members), owners, homes: await this.homesAt(open) };
  }

  /** The same without writing anything. */
  async look(open: OpenIntegration, capability: TeamCapability): Promise<Team> {
    const members = await capability.listMembers(open.connection);
    const accountIds = members.map(({ accountId }) => accountId);
    const owners = await this.people.findOwners(open.provider.key, accountIds);
    return { members: byAccount(members), owners, homes: await this.homesAt(open) };
  }

  /**
   * The changes with the owners of this moment: until `tx` ends no account of theirs can change hands. Those of a single
   * account are what they were.
   */
  async settle(open: OpenIntegration, changes: readonly EntryChange[], tx: Tx): Promise<readonly EntryChange[]> {
    if (teamOf(open) === null) return changes;
    const observed = changes.filter((change) => change.kind === 'observe');
    const accounts = observed.map(({ facts: { entry } }) => ({ accountId: entry.accountId, name: null, status: null }));
    const owners = await this.people.ensure(open.provider.key, accounts, tx);
    return changes.map((change) =>
      change.kind === 'observe' ? { ...change, userId: owners.get(change.facts.entry.accountId)! } : change,
    );
  }

  private async homesAt({ provider, integration }: OpenIntegration): Promise<Map<string, Integration>> {
    const rows = await this.integrations.listAt(provider.key, integration.workspaceId);
    return new Map(rows.map((row) => [row.accountId, row]));
  }
}

const byAccount = (members: readonly TeamMember[]): Map<string, TeamMember> =>
  new Map(members.map((member) => [member.accountId, member]));
