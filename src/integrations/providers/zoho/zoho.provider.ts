import type { Secret } from '../../../common/secret.js';
import type {
  Connection,
  CredentialField,
  EntryWindow,
  OAuthCapability,
  ProviderLimits,
  SettingField,
  QuotaReading,
  TimeTrackingProvider,
  VerifiedAccount,
} from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import { clientOf } from '../zoho-accounts/accounts.client.js';
import { zohoConsent, type OAuthClient } from '../zoho-accounts/consent.js';
import { regionsOf } from '../zoho-accounts/data-centres.js';
import { findAccount } from './zoho.account.js';
import { ZohoClient, type ZohoClientOptions } from './zoho.client.js';
import { ZohoEntries } from './zoho.entries.js';
import { logsPath, PAGE_SIZE, ZohoHistory } from './zoho.history.js';
import { listProjects, listTasks } from './zoho.projects.js';
import { REQUESTS_PER_SECOND } from './zoho.quota.js';
import { LogWriter } from './zoho.writer.js';

export interface ZohoProviderOptions extends ZohoClientOptions {
  /** This installation as Zoho knows it; without it nobody can connect through the consent page. */
  oauthClient?: OAuthClient;
}

/** What is asked for on the consent page (https://projects.zoho.com/api-docs). */
const SCOPES = ['portals.READ', 'projects.READ', 'tasks.READ', 'bugs.READ', 'users.READ', 'timesheets.ALL'].map(
  (scope) => `ZohoProjects.${scope}`,
);

/** Zoho Projects, API v3 (https://projects.zoho.com/api-docs). It has no timers worth the name, and no tags on logs. */
export class ZohoProvider implements TimeTrackingProvider {
  readonly key = 'zoho';
  readonly name = 'Zoho Projects';
  readonly credentialFields: readonly CredentialField[] = [
    { name: 'client_id', required: true, secret: false },
    { name: 'client_secret', required: true, secret: true },
    { name: 'refresh_token', required: true, secret: true },
    { name: 'grant_code', required: false, secret: true, insteadOf: 'refresh_token' },
    { name: 'portal_id', required: false, secret: false },
  ];
  readonly settingFields: readonly SettingField[] = [{ name: 'workspace_id' }, { name: 'time_zone' }];
  readonly regions: readonly string[] = regionsOf('projects');
  readonly completeWhen = 'It has a project, a task (some text), a start and an end.';
  readonly limits: ProviderLimits = { requestsPerSecond: REQUESTS_PER_SECOND, historyDays: null, pageSize: PAGE_SIZE };
  readonly oauth?: OAuthCapability;

  private readonly client: ZohoClient;
  private readonly history: ZohoHistory;
  private readonly entries: ZohoEntries;

  constructor(private readonly options: ZohoProviderOptions) {
    this.client = new ZohoClient(options);
    this.history = new ZohoHistory(this.client);
    this.entries = new ZohoEntries(this.history, new LogWriter(this.client, this.history));
    const { accounts, oauthClient } = options;
    if (oauthClient !== undefined) this.oauth = zohoConsent(accounts, oauthClient, SCOPES, this.regions);
  }

  /** `settings.workspace_id` or `portal_id` chooses among the account's portals; `settings.time_zone` overrules the portal's. */
  async verify(
    given: Connection['credentials'],
    region: string | null,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    const credentials = await this.lasting(given, region);
    const account = await findAccount(this.client, { credentials, region }, settings);
    return credentials === given ? account : { ...account, credentials };
  }

  listProjects(connection: Connection): Promise<RemoteProject[]> {
    return listProjects(this.client, connection);
  }

  /** The tasks of one of its projects. */
  listTasks(connection: Connection, projectId: string): ReturnType<typeof listTasks> {
    return listTasks(this.client, connection, projectId);
  }

  missingFields(draft: EntryDraft): string[] {
    const missing: string[] = [];
    if (draft.projectExternalId === null) missing.push('project');
    if (draft.description.trim() === '') missing.push('task');
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

  /** The calls that may be made at once, while some of them are used up. */
  quotas(connection: Connection): Promise<QuotaReading[]> {
    return this.client.readQuotas(connection, logsPath(connection));
  }

  /** A code of the self-client page lives for minutes and is good for one use: what lasts is what it is exchanged for. */
  private async lasting(given: Connection['credentials'], region: string | null): Promise<Connection['credentials']> {
    const code: Secret | undefined = given.grant_code;
    if (code === undefined) return given;
    const lasting = await this.options.accounts.exchange(region, clientOf(given), code);
    return given.portal_id === undefined ? lasting : { ...lasting, portal_id: given.portal_id };
  }

  private assertWritable(draft: EntryDraft): void {
    const missing = this.missingFields(draft);
    if (missing.length > 0) throw new ProviderError('rejected', `Zoho Projects needs ${missing.join(', ')}`);
    if (draft.end! < draft.start) throw new ProviderError('rejected', 'An entry cannot end before it starts.');
  }
}
