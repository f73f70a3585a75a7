import type {
  Connection,
  OAuthCapability,
  OperatorAccount,
  ProjectSearchCapability,
  ProviderLimits,
  QuotaReading,
  SettingField,
  VerifiedAccount,
} from '../../contract/provider.js';
import type { EntryDraft, RemoteProject } from '../../contract/remote-entry.js';
import { zohoConsent, type OAuthClient } from '../zoho-accounts/consent.js';
import { regionsOf } from '../zoho-accounts/data-centres.js';
import { operatorAccountsOf, ZohoService, type OperatorsZoho } from '../zoho-accounts/zoho-service.js';
import { findAccount } from './desk.account.js';
import { DeskClient, type DeskClientOptions } from './desk.client.js';
import { DeskEntries } from './desk.entries.js';
import { DeskHistory } from './desk.history.js';
import { PAGE_SIZE } from './desk.pages.js';
import { REQUESTS_PER_SECOND } from './desk.quota.js';
import { listTickets, searchTickets } from './desk.tickets.js';

export interface ZohoDeskProviderOptions extends DeskClientOptions {
  /** This installation as Zoho knows it; without it nobody can connect through the consent page. */
  oauthClient?: OAuthClient;
  operator?: OperatorsZoho & { orgId?: string };
}

/** What is asked for on the consent page: a token keeps the scopes it was born with. */
const SCOPES = [
  'basic.READ',
  'settings.READ',
  'search.READ',
  'tickets.READ',
  'tickets.CREATE',
  'tickets.UPDATE',
  'tasks.CREATE',
  'tasks.UPDATE',
].map((scope) => `Desk.${scope}`);

/**
 * Zoho Desk, API v1 (https://desk.zoho.com/DeskAPIDocument): time on tickets, which are its projects. Its ticket timers may
 * write entries of their own, and its changes do not tell deletions, so neither is used.
 */
export class ZohoDeskProvider extends ZohoService {
  readonly key = 'zoho_desk';
  readonly name = 'Zoho Desk';
  readonly settingFields: readonly SettingField[] = [{ name: 'workspace_id' }];
  readonly regions: readonly string[] = regionsOf('desk');
  readonly completeWhen = 'It has a project (a ticket), a start and an end.';
  readonly limits: ProviderLimits = { requestsPerSecond: REQUESTS_PER_SECOND, historyDays: null, pageSize: PAGE_SIZE };
  readonly projectSearch: ProjectSearchCapability;
  readonly oauth?: OAuthCapability;
  readonly operatorAccounts: readonly OperatorAccount[];

  private readonly client: DeskClient;
  protected readonly history: DeskHistory;
  protected readonly entries: DeskEntries;

  constructor(options: ZohoDeskProviderOptions) {
    super(options.accounts, 'org_id');
    this.client = new DeskClient(options);
    this.history = new DeskHistory(this.client, options.clock);
    this.entries = new DeskEntries(this.client, this.history);
    this.projectSearch = {
      searchProjects: (connection, query, limit) => searchTickets(this.client, connection, query, limit),
    };
    const { accounts, oauthClient } = options;
    // The operator's token has the scopes of both services only if they were asked for: the organization says so.
    const { orgId, ...operator } = options.operator ?? {};
    this.operatorAccounts = orgId === undefined ? [] : operatorAccountsOf(operator, orgId);
    if (oauthClient !== undefined) this.oauth = zohoConsent(accounts, oauthClient, SCOPES, this.regions);
  }

  async listProjects(connection: Connection): Promise<RemoteProject[]> {
    return listTickets(this.client, connection);
  }

  missingFields(draft: EntryDraft): string[] {
    const missing: string[] = [];
    if (draft.projectExternalId === null && draft.taskExternalId === null) missing.push('project');
    if (draft.end === null) missing.push('end');
    return missing;
  }

  /** The credits of the day that are left to the portal. */
  quotas(connection: Connection): Promise<QuotaReading[]> {
    return this.client.readQuotas(connection);
  }

  protected findAccount(
    access: Pick<Connection, 'credentials' | 'region'>,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    return findAccount(this.client, access, settings);
  }
}
