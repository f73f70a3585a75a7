import type { Clock } from '../../../common/clock.js';
import type { Secret } from '../../../common/secret.js';
import type {
  Connection,
  EntryWindow,
  IncrementalCapability,
  OperatorAccount,
  ProviderLimits,
  QuotaReading,
  TimerCapability,
  SettingField,
  TimeTrackingProvider,
  VerifiedAccount,
} from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import type { WebhookCapability } from '../../contract/webhooks.js';
import { TogglClient, type TogglClientOptions } from './toggl.client.js';
import { TogglEntries } from './toggl.entries.js';
import { HISTORY_DAYS, PAGE_SIZE, TogglHistory } from './toggl.history.js';
import { checkedId, decode, toNamed, toProfile, toRows } from './toggl.mapping.js';
import { listProjects, listTags } from './toggl.projects.js';
import { REQUESTS_PER_SECOND } from './toggl.quota.js';
import { TogglSubscriptions } from './toggl.subscriptions.js';
import { TogglTimer } from './toggl.timer.js';

const TOGGL_WEBHOOKS_URL = 'https://api.track.toggl.com/webhooks/api/v1';

export interface TogglProviderOptions extends TogglClientOptions {
  webhooks?: WebhookCapability;
  /** With `/webhooks/api/v1`; the vendor's own by default. */
  webhooksUrl?: string;
  /** Of an account of the operator's own. */
  operatorToken?: Secret;
}

/** Toggl Track, API v9 (https://engineering.toggl.com/docs). */
export class TogglProvider implements TimeTrackingProvider {
  readonly key = 'toggl';
  readonly name = 'Toggl Track';
  readonly credentialFields = [{ name: 'api_token', required: true, secret: true }];
  readonly settingFields: readonly SettingField[] = [{ name: 'workspace_id' }];
  readonly regions: readonly string[] = [];
  readonly completeWhen = 'It has a start, and an end unless it is running. Project, task, tags and text are optional.';
  readonly limits: ProviderLimits = {
    requestsPerSecond: REQUESTS_PER_SECOND,
    historyDays: HISTORY_DAYS,
    pageSize: PAGE_SIZE,
  };
  readonly timer: TimerCapability;
  readonly incremental: IncrementalCapability;
  readonly webhooks?: WebhookCapability;
  readonly webhookSubscriptions: TogglSubscriptions;
  readonly operatorAccounts: readonly OperatorAccount[];

  private readonly clock: Clock;
  private readonly client: TogglClient;
  private readonly entries: TogglEntries;
  private readonly history: TogglHistory;

  constructor(options: TogglProviderOptions) {
    this.webhooks = options.webhooks;
    const { operatorToken } = options;
    this.operatorAccounts = operatorToken === undefined ? [] : [{ credentials: { api_token: operatorToken } }];
    const address = options.webhooksUrl ?? TOGGL_WEBHOOKS_URL;
    this.webhookSubscriptions = new TogglSubscriptions(new TogglClient({ ...options, baseUrl: address }));
    this.clock = options.clock;
    this.client = new TogglClient(options);
    this.entries = new TogglEntries(this.client);
    this.history = new TogglHistory(this.client);
    this.timer = new TogglTimer(this.client, this.entries);
    this.incremental = {
      listChanges: (connection, since) => this.history.changes(connection, since, this.clock.now()),
    };
  }

  /** `settings.workspace_id` chooses among the account's workspaces; otherwise it is the account's default one. */
  async verify(
    credentials: Connection['credentials'],
    _region: string | null,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    const answer = await this.client.get({ credentials }, '/me');
    const profile = decode(() => toProfile(answer), false);
    const list = await this.client.get({ credentials }, '/me/workspaces');
    const workspaces = decode(() => toRows(list).map(toNamed), false);
    const wanted = wantedWorkspace(settings) ?? profile.defaultWorkspaceId;
    const workspace = wanted === null ? workspaces[0] : workspaces.find(({ id }) => id === wanted);
    if (workspace === undefined) {
      const known = workspaces.map(({ id, name }) => `${id} (${name})`).join(', ');
      throw new ProviderError('rejected', `workspace_id must be one of this account's workspaces: ${known}`);
    }
    return {
      accountId: profile.accountId,
      accountName: profile.accountName,
      workspaceId: workspace.id,
      workspaceName: workspace.name,
      timeZone: profile.timeZone,
    };
  }

  listProjects(connection: Connection): Promise<RemoteProject[]> {
    return listProjects(this.client, connection);
  }

  /** Names of the workspace's tags. */
  listTags(connection: Connection): Promise<string[]> {
    return listTags(this.client, connection);
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
    return this.history.list(connection, window);
  }

  getEntry(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    return this.entries.get(connection, externalId);
  }

  /** The calls that are left this hour. */
  quotas(connection: Connection): Promise<QuotaReading[]> {
    return this.client.readQuotas(connection);
  }

  private assertWritable(draft: EntryDraft): void {
    const missing = this.missingFields(draft);
    if (missing.length > 0) throw new ProviderError('rejected', `Toggl needs ${missing.join(', ')}`);
    // Its duration would be negative, and that is how Toggl marks a running entry.
    if (draft.end !== null && draft.end < draft.start) {
      throw new ProviderError('rejected', 'An entry cannot end before it starts.');
    }
  }
}

function wantedWorkspace(settings: Connection['settings']): string | null {
  const wanted = settings.workspace_id;
  if (wanted === undefined || wanted === null || wanted === '') return null;
  const text = typeof wanted === 'number' || typeof wanted === 'string' ? String(wanted) : '';
  return checkedId(text, 'workspace');
}
