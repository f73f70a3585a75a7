import { Injectable } from '@nestjs/common';
import { conflict, notFound, unprocessable } from '../common/errors.js';
import { cutPage, decodeCursor, MAX_PAGE, type Page, type PageQuery } from '../common/pages.js';
import type { Secret } from '../common/secret.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { PushService } from '../push/push.service.js';
import { checkedCredentials, checkedRegion, checkedSettings } from './connect-request.js';
import type { Connection, TimeTrackingProvider, VerifiedAccount } from './contract/provider.js';
import { CredentialsCipher, CredentialsUnreadable } from './credentials-cipher.js';
import { IntegrationHealth } from './integration-health.js';
import type { Integration } from './integration.entity.js';
import type { CreateIntegrationDto, UpdateIntegrationDto } from './integrations.dto.js';
import { IntegrationsRepository, type IntegrationDraft } from './integrations.repository.js';
import { ProviderRegistry } from './provider-registry.js';
import { proveScope } from './workspace-scope.js';

export type { Integration };

/** An integration ready for calls: its row, its provider and the opened connection. */
export interface OpenIntegration {
  integration: Integration;
  provider: TimeTrackingProvider;
  connection: Connection;
}

/** One account at one workspace, and whose it is. */
export type ConnectedAccount = Pick<Integration, 'id' | 'userId' | 'provider' | 'accountId' | 'workspaceId'>;

/** Works in the transaction that saves or removes an integration: what it throws undoes that too. */
export type AccountListener = (account: ConnectedAccount, tx: Tx) => Promise<void>;

const UNIQUE_VIOLATION = '23505';

/** Users' accounts at outside services. Credentials are verified by a real call before they are kept. */
@Injectable()
export class IntegrationsService {
  private readonly listeners: ((integrationId: number) => void)[] = [];
  private readonly saving: AccountListener[] = [];
  private readonly removing: AccountListener[] = [];

  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly registry: ProviderRegistry,
    private readonly cipher: CredentialsCipher,
    private readonly transactions: Transactions,
    private readonly pushes: PushService,
    private readonly health: IntegrationHealth,
  ) {}

  /** Told after each connecting, once it is on disk. */
  onConnected(listener: (integrationId: number) => void): void {
    this.listeners.push(listener);
  }

  /** Asked before each connecting is committed; may run again when the transaction is. */
  onSaving(listener: AccountListener): void {
    this.saving.push(listener);
  }

  /** Asked before the last integration of an account is gone. */
  onRemoving(listener: AccountListener): void {
    this.removing.push(listener);
  }

  listProviders(): TimeTrackingProvider[] {
    return this.registry.list();
  }

  list(userId: number): Promise<Integration[]> {
    return this.repository.listActive(userId);
  }

  /** Everybody's integrations of a workspace. */
  listAt(provider: string, workspaceId: string): Promise<Integration[]> {
    return this.repository.listAt(provider, workspaceId);
  }

  /** The oldest first. @throws DomainError 400 `PAGE.BAD_CURSOR` */
  async page(userId: number, { limit = MAX_PAGE, cursor }: PageQuery): Promise<Page<Integration>> {
    const [afterId] = decodeCursor(cursor, ['integer']) ?? [0];
    return cutPage(await this.repository.findPage(userId, afterId, limit + 1), limit, ({ id }) => [id]);
  }

  /** @throws DomainError 404 when it does not exist or is somebody else's */
  async getOwned(userId: number, id: number): Promise<Integration> {
    const integration = await this.repository.findOwned(userId, id);
    if (integration === null) throw notFound('INTEGRATION.NOT_FOUND', 'There is no such integration.');
    return integration;
  }

  /**
   * Connects an account, or finds the user's earlier connection of it again.
   * @throws ProviderError when the service refuses; DomainError 409 when another user has connected the account
   */
  async connect(userId: number, request: CreateIntegrationDto): Promise<Integration> {
    const provider = this.registry.get(request.provider);
    const credentials = checkedCredentials(provider, request.credentials);
    const region = checkedRegion(provider, request.region);
    const settings = request.settings && checkedSettings(provider, request.settings);
    const { credentials: lasting, ...account } = await verified(provider, credentials, region, settings ?? {});
    const connected = { userId, provider, name: request.name, region, settings, ...account };
    return this.keep(connected, lasting ?? credentials);
  }

  /** @throws ProviderError when the service refuses; nothing is changed then */
  async update(userId: number, id: number, request: UpdateIntegrationDto): Promise<Integration> {
    const current = await this.getOwned(userId, id);
    const { provider, credentials, connection } = await this.withNewCredentials(current, request);
    const region = request.region === undefined ? current.region : checkedRegion(provider, request.region);
    const settings = request.settings === undefined ? current.settings : checkedSettings(provider, request.settings);
    const { credentials: lasting, ...account } = await verified(provider, credentials, region, settings);
    if (account.accountId !== connection.accountId || account.workspaceId !== connection.workspaceId) {
      throw unprocessable(
        'INTEGRATION.OTHER_ACCOUNT',
        'These credentials or settings belong to another account or workspace: connect it as an integration of its own.',
      );
    }
    const connected = { userId, provider, name: request.name, region, settings, ...account };
    return this.keep(connected, lasting ?? credentials);
  }

  /** Forgets the credentials and cancels what waits to be sent; entries and projects stay. */
  async remove(userId: number, id: number): Promise<void> {
    const isRemoved = await this.transactions.run(async (tx) => {
      const removed = await this.repository.remove(userId, id, tx);
      if (removed === null) return false;
      await this.pushes.cancelFor(id, tx);
      if (!(await this.repository.hasOther(removed, tx))) for (const tell of this.removing) await tell(removed, tx);
      return true;
    });
    if (!isRemoved) throw notFound('INTEGRATION.NOT_FOUND', 'There is no such integration.');
  }

  /** The opened integration, or `null` when it was removed, refused or cannot be opened. */
  async open(id: number): Promise<OpenIntegration | null> {
    const integration = await this.repository.findActive(id);
    return integration === null || integration.state !== 'connected' ? null : this.opened(integration);
  }

  /** Every integration of the user that can be called right now. */
  async openAll(userId: number): Promise<OpenIntegration[]> {
    const rows = await this.repository.listActive(userId);
    const opened = await Promise.all(rows.filter((row) => row.state === 'connected').map((row) => this.opened(row)));
    return opened.filter((integration) => integration !== null);
  }

  /** Marks the integration as refused by its service; reads and pushes wait from now on. */
  needsReauth(integration: Integration, reason: string): Promise<void> {
    return this.health.needsReauth(integration, reason);
  }

  /** Notes that the service could not be read this time. */
  unread(integration: Integration, reason: string): Promise<void> {
    return this.health.unread(integration, reason);
  }

  private async opened(integration: Integration): Promise<OpenIntegration | null> {
    const provider = this.registry.find(integration.provider);
    if (provider === null) return null;
    try {
      return { integration, provider, connection: this.connectionOf(integration) };
    } catch (error) {
      if (!(error instanceof CredentialsUnreadable)) throw error;
      await this.health.unreadable(integration, error.message);
      return null;
    }
  }

  private connectionOf(row: Integration): Connection {
    const owner = { integrationId: row.id, userId: row.userId, provider: row.provider };
    return {
      integrationId: row.id,
      region: row.region,
      credentials: this.cipher.open({ keyId: row.credentialsKeyId!, bytes: row.credentials! }, owner),
      workspaceId: row.workspaceId,
      accountId: row.accountId,
      settings: row.settings,
      timeZone: row.timeZone,
    };
  }

  private async withNewCredentials(
    current: Integration,
    request: UpdateIntegrationDto,
  ): Promise<{
    provider: TimeTrackingProvider;
    credentials: Record<string, Secret>;
    connection: Pick<Connection, 'accountId' | 'workspaceId'>;
  }> {
    const provider = this.registry.get(current.provider);
    if (request.credentials !== undefined) {
      return { provider, credentials: checkedCredentials(provider, request.credentials), connection: current };
    }
    const opened = await this.opened(current);
    if (opened === null)
      throw conflict('INTEGRATION.NEEDS_REAUTH', 'Give the credentials again: the stored ones cannot be used.');
    return { provider, credentials: { ...opened.connection.credentials }, connection: current };
  }

  private async keep(connected: VerifiedDraft, credentials: Connection['credentials']): Promise<Integration> {
    const id = await this.write(connected, credentials)
      .catch((error: unknown) => {
        if (!isTaken(error)) throw error;
        // The other one may have been a request of the same user: then its row is found now.
        return this.write(connected, credentials);
      })
      .catch((error: unknown) => {
        if (!isTaken(error)) throw error;
        throw conflict('INTEGRATION.ACCOUNT_TAKEN', 'Another user has connected this account.');
      });
    for (const listener of this.listeners) listener(id);
    return this.getOwned(connected.userId, id);
  }

  /** Connected again, an account finds its row, and what waited to be sent is sent. */
  private write(account: VerifiedDraft, credentials: Connection['credentials']): Promise<number> {
    return this.transactions.run(async (tx) => {
      const provider = account.provider.key;
      const known = await this.repository.findSameAccount({ ...account, provider }, tx);
      const integrationId = known?.id ?? (await this.repository.nextId(tx));
      const sealed = this.cipher.seal(credentials, { integrationId, userId: account.userId, provider });
      await this.repository.save(integrationId, draftOf(account, known), sealed, tx);
      for (const tell of this.saving) await tell({ ...account, id: integrationId, provider }, tx);
      if (known !== null && known.removedAt !== null) await this.pushes.resumeFor(integrationId, tx);
      return integrationId;
    });
  }
}

/** The account behind credentials that are good for what the settings ask of them. */
async function verified(
  provider: TimeTrackingProvider,
  credentials: Connection['credentials'],
  region: string | null,
  settings: Connection['settings'],
): Promise<VerifiedAccount> {
  const account = await provider.verify(credentials, region, settings);
  const opened = { integrationId: null, region, credentials: account.credentials ?? credentials, settings };
  await proveScope(provider, { ...account, ...opened });
  return account;
}

/** The account that was verified, with what the user said about it. */
type VerifiedDraft = Omit<IntegrationDraft, 'provider' | 'name' | 'settings'> & {
  provider: TimeTrackingProvider;
  name?: string;
  settings?: Record<string, unknown>;
};

const isTaken = (error: unknown): boolean => (error as { code?: string }).code === UNIQUE_VIOLATION;

/** What the user does not say again stays as it was. */
const draftOf = (account: VerifiedDraft, known: Integration | null): IntegrationDraft => ({
  ...account,
  provider: account.provider.key,
  name: account.name ?? known?.name ?? account.provider.name,
  settings: account.settings ?? known?.settings ?? {},
});
