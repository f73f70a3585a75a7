import type {
  Connection,
  OAuthCapability,
  OperatorAccount,
  ProviderLimits,
  SettingField,
  QuotaReading,
  VerifiedAccount,
} from '../../contract/provider.js';
import type { EntryDraft, RemoteProject } from '../../contract/remote-entry.js';
import { zohoConsent, type OAuthClient } from '../zoho-accounts/consent.js';
import { regionsOf } from '../zoho-accounts/data-centres.js';
import { operatorAccountsOf, ZohoService, type OperatorsZoho } from '../zoho-accounts/zoho-service.js';
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
  operator?: OperatorsZoho & { portalId?: string };
}

/** What is asked for on the consent page (https://projects.zoho.com/api-docs). */
const SCOPES = ['portals.READ', 'projects.READ', 'tasks.READ', 'bugs.READ', 'users.READ', 'timesheets.ALL'].map(
  (scope) => `ZohoProjects.${scope}`,
);

/** Zoho Projects, API v3 (https://projects.zoho.com/api-docs). It has no timers worth the name, and no tags on logs. */
export class ZohoProvider extends ZohoService {
  readonly key = 'zoho';
  readonly name = 'Zoho Projects';
  readonly settingFields: readonly SettingField[] = [{ name: 'workspace_id' }, { name: 'time_zone' }];
  readonly regions: readonly string[] = regionsOf('projects');
  readonly completeWhen = 'It has a project, a task (some text), a start and an end.';
  readonly limits: ProviderLimits = { requestsPerSecond: REQUESTS_PER_SECOND, historyDays: null, pageSize: PAGE_SIZE };
  readonly oauth?: OAuthCapability;
  readonly operatorAccounts: readonly OperatorAccount[];

  private readonly client: ZohoClient;
  protected readonly history: ZohoHistory;
  protected readonly entries: ZohoEntries;

  constructor(options: ZohoProviderOptions) {
    super(options.accounts, 'portal_id');
    this.client = new ZohoClient(options);
    this.history = new ZohoHistory(this.client);
    this.entries = new ZohoEntries(this.history, new LogWriter(this.client, this.history));
    const { accounts, oauthClient } = options;
    this.operatorAccounts = operatorAccountsOf(options.operator ?? {}, options.operator?.portalId);
    if (oauthClient !== undefined) this.oauth = zohoConsent(accounts, oauthClient, SCOPES, this.regions);
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

  /** The calls that may be made at once, while some of them are used up. */
  quotas(connection: Connection): Promise<QuotaReading[]> {
    return this.client.readQuotas(connection, logsPath(connection));
  }

  protected findAccount(
    access: Pick<Connection, 'credentials' | 'region'>,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    return findAccount(this.client, access, settings);
  }
}
