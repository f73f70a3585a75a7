import type { Secret } from '../../../common/secret.js';
import type {
  Connection,
  EntryWindow,
  OperatorAccount,
  ProviderLimits,
  QuotaReading,
  TeamCapability,
  TimerCapability,
  SettingField,
  TimeTrackingProvider,
  VerifiedAccount,
} from '../../contract/provider.js';
import type { ClockifyWebhookTokens } from '../../../config/clockify-webhook-settings.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import type { WebhookSecrets } from '../../contract/webhooks.js';
import { verifyAccount } from './clockify.account.js';
import { ClockifyClient, REGIONS, type ClockifyClientOptions } from './clockify.client.js';
import { ClockifyEntries } from './clockify.entries.js';
import { ClockifyHistory, PAGE_SIZE } from './clockify.history.js';
import type { Named } from './clockify.mapping.js';
import { listProjects, listTasks } from './clockify.projects.js';
import { REQUESTS_PER_SECOND } from './clockify.quota.js';
import { ClockifySubscriptions } from './clockify.subscriptions.js';
import { ClockifyTags } from './clockify.tags.js';
import { ClockifyTeam } from './clockify.team.js';
import { ClockifyTimer } from './clockify.timer.js';
import { ClockifyWebhooks } from './clockify.webhooks.js';

export interface ClockifyProviderOptions extends ClockifyClientOptions {
  /** Workspaces to prefer for accounts that have them and name none. */
  workspaceIds?: readonly string[];
  /** Without them its deliveries are taken from nobody. */
  webhookTokens?: ClockifyWebhookTokens;
  /** Those of webhooks that were made from here. */
  webhookSecrets?: WebhookSecrets;
  /** Of an administrator: it speaks for everybody in the workspace. */
  operatorKey?: Secret;
}

const NO_TOKENS: ClockifyWebhookTokens = { start: [], end: [], edit: [], delete: [], manual: [] };

/** Clockify, API v1 (https://docs.clockify.me). */
export class ClockifyProvider implements TimeTrackingProvider {
  readonly key = 'clockify';
  readonly name = 'Clockify';
  readonly credentialFields = [
    { name: 'api_key', required: true, secret: true },
    { name: 'workspace_id', required: false, secret: false },
  ];
  readonly settingFields: readonly SettingField[] = [
    { name: 'workspace_id' },
    { name: 'scope', values: ['user', 'workspace'] },
  ];
  readonly regions = REGIONS;
  readonly completeWhen =
    'It has a start, and an end unless it is running. Project, task, tags and text are optional, unless the workspace demands them.';
  readonly limits: ProviderLimits = {
    requestsPerSecond: REQUESTS_PER_SECOND,
    historyDays: null,
    pageSize: PAGE_SIZE,
  };
  readonly timer: TimerCapability;
  readonly team: TeamCapability;
  readonly webhooks: ClockifyWebhooks;
  readonly webhookSubscriptions: ClockifySubscriptions;
  readonly operatorAccounts: readonly OperatorAccount[];

  private readonly client: ClockifyClient;
  private readonly tags: ClockifyTags;
  private readonly entries: ClockifyEntries;
  private readonly history: ClockifyHistory;

  constructor(private readonly options: ClockifyProviderOptions) {
    this.client = new ClockifyClient(options);
    this.operatorAccounts = operatorAccountsOf(options);
    this.tags = new ClockifyTags(this.client, options.clock);
    this.entries = new ClockifyEntries(this.client, this.tags);
    this.history = new ClockifyHistory(this.client, this.entries);
    this.timer = new ClockifyTimer(this.client, this.entries);
    this.webhooks = new ClockifyWebhooks(
      options.webhookTokens ?? NO_TOKENS,
      options.workspaceIds,
      options.webhookSecrets,
    );
    this.webhookSubscriptions = new ClockifySubscriptions(this.client);
    this.team = new ClockifyTeam(this.client, this.entries, this.history, options.clock);
  }

  /** `workspace_id`, with the credentials or in the settings, chooses among the account's workspaces. */
  verify(
    credentials: Connection['credentials'],
    region: string | null,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    return verifyAccount(this.client, { credentials, region }, settings, this.options.workspaceIds ?? []);
  }

  listProjects(connection: Connection): Promise<RemoteProject[]> {
    return listProjects(this.client, connection);
  }

  /** The tasks of a project, finished ones included. */
  listTasks(connection: Connection, projectExternalId: string): Promise<Named[]> {
    return listTasks(this.client, connection, projectExternalId);
  }

  /** Names of the workspace's tags; at most an hour old. */
  listTags(connection: Connection): Promise<string[]> {
    return this.tags.listNames(connection);
  }

  missingFields(draft: EntryDraft): string[] {
    return draft.end === null && !draft.isRunning ? ['end'] : [];
  }

  async createEntry(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    this.assertWritable(draft);
    return this.entries.create(connection, draft);
  }

  async updateEntry(
    connection: Connection,
    externalId: string,
    draft: EntryDraft,
    options = { reopen: false },
  ): Promise<RemoteEntry> {
    this.assertWritable(draft);
    return this.entries.update(connection, externalId, draft, options);
  }

  deleteEntry(connection: Connection, externalId: string): Promise<void> {
    return this.entries.delete(connection, externalId);
  }

  listEntries(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]> {
    return this.history.list(connection, connection.accountId, window);
  }

  getEntry(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    return this.entries.find(connection, externalId);
  }

  /** The calls that are left to the workspace, where they are limited. */
  quotas(connection: Connection): Promise<QuotaReading[]> {
    return this.client.readQuotas(connection);
  }

  private assertWritable(draft: EntryDraft): void {
    const missing = this.missingFields(draft);
    if (missing.length > 0) throw new ProviderError('rejected', `Clockify needs ${missing.join(', ')}`);
    if (draft.end !== null && draft.end < draft.start) {
      throw new ProviderError('rejected', 'An entry cannot end before it starts.');
    }
  }
}

/** The operator's key reads everybody, so that people without a login here are repaired too: in each workspace that is named. */
function operatorAccountsOf({ operatorKey, workspaceIds = [] }: ClockifyProviderOptions): OperatorAccount[] {
  if (operatorKey === undefined) return [];
  const everybody = { scope: 'workspace' };
  const named = workspaceIds.map((id) => ({ ...everybody, workspace_id: id }));
  const credentials = { api_key: operatorKey };
  return (named.length === 0 ? [everybody] : named).map((settings) => ({ credentials, settings }));
}
