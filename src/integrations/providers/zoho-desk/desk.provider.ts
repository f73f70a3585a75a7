import type { Secret } from '../../../common/secret.js';
import type {
  Connection,
  CredentialField,
  EntryWindow,
  OAuthCapability,
  ProjectSearchCapability,
  ProviderLimits,
  QuotaReading,
  SettingField,
  TimeTrackingProvider,
  VerifiedAccount,
} from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import { clientOf } from '../zoho-accounts/accounts.client.js';
import { zohoConsent, type OAuthClient } from '../zoho-accounts/consent.js';
import { regionsOf } from '../zoho-accounts/data-centres.js';
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
export class ZohoDeskProvider implements TimeTrackingProvider {
  readonly key = 'zoho_desk';
  readonly name = 'Zoho Desk';
  readonly credentialFields: readonly CredentialField[] = [
    { name: 'client_id', required: true, secret: false },
    { name: 'client_secret', required: true, secret: true },
    { name: 'refresh_token', required: true, secret: true },
    { name: 'grant_code', required: false, secret: true, insteadOf: 'refresh_token' },
    { name: 'org_id', required: false, secret: false },
  ];
  readonly settingFields: readonly SettingField[] = [{ name: 'workspace_id' }];
  readonly regions: readonly string[] = regionsOf('desk');
  readonly completeWhen = 'It has a project (a ticket), a start and an end.';
  readonly limits: ProviderLimits = { requestsPerSecond: REQUESTS_PER_SECOND, historyDays: null, pageSize: PAGE_SIZE };
  readonly projectSearch: ProjectSearchCapability;
  readonly oauth?: OAuthCapability;

  private readonly client: DeskClient;
  private readonly history: DeskHistory;
  private readonly entries: DeskEntries;

  constructor(private readonly options: ZohoDeskProviderOptions) {
    this.client = new DeskClient(options);
    this.history = new DeskHistory(this.client, options.clock);
    this.entries = new DeskEntries(this.client, this.history);
    this.projectSearch = {
      searchProjects: (connection, query, limit) => searchTickets(this.client, connection, query, limit),
    };
    const { accounts, oauthClient } = options;
    if (oauthClient !== undefined) this.oauth = zohoConsent(accounts, oauthClient, SCOPES, this.regions);
  }

  /** `settings.workspace_id` or `org_id` names the organization; it may be left out when there is exactly one. */
  async verify(
    given: Connection['credentials'],
    region: string | null,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    const credentials = await this.lasting(given, region);
    const account = await findAccount(this.client, { credentials, region }, settings);
    return credentials === given ? account : { ...account, credentials };
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

  async createEntry(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    this.assertWritable(draft);
    return this.entries.create(connection, draft);
  }

  async updateEntry(connection: Connection, externalId: string, draft: EntryDraft): Promise<RemoteEntry> {
    this.assertWritable(draft);
    return this.entries.update(connection, externalId, draft);
  }

  async deleteEntry(connection: Connection, externalId: string): Promise<void> {
    await this.entries.delete(connection, externalId);
  }

  listEntries(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]> {
    return this.history.list(connection, window);
  }

  async getEntry(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    return this.entries.get(connection, externalId);
  }

  findCreated(
    connection: Connection,
    sent: Pick<EntryDraft, 'start' | 'description' | 'projectExternalId'>,
  ): Promise<RemoteEntry[]> {
    return this.history.findCreated(connection, sent);
  }

  /** The credits of the day that are left to the portal. */
  quotas(connection: Connection): Promise<QuotaReading[]> {
    return this.client.readQuotas(connection);
  }

  /** A code of the self-client page lives for minutes and is good for one use: what lasts is what it is exchanged for. */
  private async lasting(given: Connection['credentials'], region: string | null): Promise<Connection['credentials']> {
    const code: Secret | undefined = given.grant_code;
    if (code === undefined) return given;
    const lasting = await this.options.accounts.exchange(region, clientOf(given), code);
    return given.org_id === undefined ? lasting : { ...lasting, org_id: given.org_id };
  }

  private assertWritable(draft: EntryDraft): void {
    const missing = this.missingFields(draft);
    if (missing.length > 0) throw new ProviderError('rejected', `Zoho Desk needs ${missing.join(', ')}`);
    if (draft.end! < draft.start) throw new ProviderError('rejected', 'An entry cannot end before it starts.');
  }
}
