import type { Secret } from '../../../common/secret.js';
import type { ZohoSettings } from '../../../config/zoho-settings.js';
import type {
  Connection,
  CredentialField,
  EntryWindow,
  OAuthCapability,
  OperatorAccount,
  ProviderLimits,
  QuotaReading,
  SettingField,
  TimeTrackingProvider,
  VerifiedAccount,
} from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import { clientOf, type ZohoAccounts } from './accounts.client.js';

/** An account of the operator's own, where the environment names one. */
export type OperatorsZoho = Pick<ZohoSettings, 'client' | 'refreshToken' | 'region'>;

type Sent = Pick<EntryDraft, 'start' | 'description' | 'projectExternalId'>;

/** How entries of a service are written, and read one by one. */
interface Entries {
  create(connection: Connection, draft: EntryDraft): Promise<RemoteEntry>;
  update(connection: Connection, externalId: string, draft: EntryDraft): Promise<RemoteEntry>;
  delete(connection: Connection, externalId: string): Promise<void>;
  get(connection: Connection, externalId: string): Promise<RemoteEntry | null>;
}

interface History {
  list(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]>;
  findCreated(connection: Connection, sent: Sent): Promise<RemoteEntry[]>;
}

/** What all services behind one account of Zoho's have in common: its credentials, and entries that must be complete. */
export abstract class ZohoService implements TimeTrackingProvider {
  abstract readonly key: string;
  abstract readonly name: string;
  abstract readonly settingFields: readonly SettingField[];
  abstract readonly regions: readonly string[];
  abstract readonly completeWhen: string;
  abstract readonly limits: ProviderLimits;
  abstract readonly oauth?: OAuthCapability;
  readonly credentialFields: readonly CredentialField[];

  protected abstract readonly entries: Entries;
  protected abstract readonly history: History;

  /** @param place the credential that chooses among the places of an account: its portals, its organizations */
  protected constructor(
    private readonly accounts: ZohoAccounts,
    private readonly place: 'portal_id' | 'org_id',
  ) {
    this.credentialFields = [
      { name: 'client_id', required: true, secret: false },
      { name: 'client_secret', required: true, secret: true },
      { name: 'refresh_token', required: true, secret: true },
      { name: 'grant_code', required: false, secret: true, insteadOf: 'refresh_token' },
      { name: place, required: false, secret: false },
    ];
  }

  abstract listProjects(connection: Connection): Promise<RemoteProject[]>;
  abstract missingFields(draft: EntryDraft): string[];
  abstract quotas(connection: Connection): Promise<QuotaReading[]>;
  protected abstract findAccount(
    access: Pick<Connection, 'credentials' | 'region'>,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount>;

  /** `settings.workspace_id` or the credential of the place chooses among the places of the account. */
  async verify(
    given: Connection['credentials'],
    region: string | null,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount> {
    const credentials = await this.lasting(given, region);
    const account = await this.findAccount({ credentials, region }, settings);
    return credentials === given ? account : { ...account, credentials };
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

  findCreated(connection: Connection, sent: Sent): Promise<RemoteEntry[]> {
    return this.history.findCreated(connection, sent);
  }

  /** A code of the self-client page lives for minutes and is good for one use: what lasts is what it is exchanged for. */
  private async lasting(given: Connection['credentials'], region: string | null): Promise<Connection['credentials']> {
    const code: Secret | undefined = given.grant_code;
    if (code === undefined) return given;
    const lasting = await this.accounts.exchange(region, clientOf(given), code);
    const place = given[this.place];
    return place === undefined ? lasting : { ...lasting, [this.place]: place };
  }

  private assertWritable(draft: EntryDraft): void {
    const missing = this.missingFields(draft);
    if (missing.length > 0) throw new ProviderError('rejected', `${this.name} needs ${missing.join(', ')}`);
    if (draft.end! < draft.start) throw new ProviderError('rejected', 'An entry cannot end before it starts.');
  }
}

/** @param workspaceId the one that is meant, where the operator names it */
export function operatorAccountsOf(
  { client, refreshToken, region }: OperatorsZoho,
  workspaceId: string | undefined,
): OperatorAccount[] {
  if (client === undefined || refreshToken === undefined) return [];
  const credentials = { client_id: client.id, client_secret: client.secret, refresh_token: refreshToken };
  const settings = workspaceId === undefined ? undefined : { workspace_id: workspaceId };
  return [{ region, credentials, settings }];
}
