import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { messageOf } from '../common/errors.js';
import type { Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { UsersService } from '../users/users.service.js';
import { ProviderError } from './contract/provider-error.js';
import { IntegrationsService, type Integration } from './integrations.service.js';
import { KeyRotationService } from './key-rotation.service.js';

/** What the start does about integrations: refuse a key ring that opens nothing, connect what the environment names. */
@Injectable()
export class OperatorIntegrations implements OnApplicationBootstrap {
  private readonly logger = new Logger('Integrations');

  constructor(
    private readonly integrations: IntegrationsService,
    private readonly keys: KeyRotationService,
    private readonly users: UsersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.keys.checkKeyRing();
    // Not awaited: a service that does not answer must not keep the product from starting.
    void this.connectFromEnvironment();
  }

  /** Accounts the environment names become integrations of the first admin, once. */
  private async connectFromEnvironment(): Promise<void> {
    for (const account of this.named()) {
      try {
        const admin = await this.users.findFirstAdmin();
        if (admin === null) return;
        const known = await this.integrations.list(admin.id);
        if (known.some((integration) => isOf(account, integration))) continue;
        await this.connectAsFarAsMay(admin.id, account);
        this.logger.log(`Connected ${account.provider} from the environment`);
      } catch (error) {
        this.logger.error(`${account.provider} of the environment could not be connected: ${messageOf(error)}`);
      }
    }
  }

  /** A key that is no administrator's still reads its own entries. */
  private async connectAsFarAsMay(userId: number, account: OperatorAccount): Promise<void> {
    try {
      await this.connect(userId, account);
    } catch (error) {
      const { scope, ...settings } = account.settings ?? {};
      if (scope === undefined || !(error instanceof ProviderError) || error.kind !== 'rejected') throw error;
      await this.connect(userId, { ...account, settings });
      this.logger.warn(`${account.provider} of the environment reads its own entries only: ${error.message}`);
    }
  }

  private async connect(userId: number, { provider, region, credentials, settings }: OperatorAccount): Promise<void> {
    const clear = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value.reveal()]));
    await this.integrations.connect(userId, { provider, region, credentials: clear, settings });
  }

  private named(): OperatorAccount[] {
    const { togglApiToken, clockifyApiKey, clockifyWorkspaceIds } = this.config;
    const accounts: OperatorAccount[] = [];
    if (togglApiToken !== undefined) accounts.push({ provider: 'toggl', credentials: { api_token: togglApiToken } });
    if (clockifyApiKey !== undefined) {
      // The operator's key speaks for everybody in the workspace, so that people without a login here are repaired too.
      const settings = { scope: 'workspace' };
      const workspaces = clockifyWorkspaceIds.map((id) => ({ ...settings, workspace_id: id }));
      const credentials = { api_key: clockifyApiKey };
      for (const one of workspaces.length === 0 ? [settings] : workspaces) {
        accounts.push({ provider: 'clockify', credentials, settings: one });
      }
    }
    accounts.push(...this.zohoAccounts());
    return accounts;
  }

  private zohoAccounts(): OperatorAccount[] {
    const { client, refreshToken, region, portalId, orgId } = this.config.zoho;
    if (client === undefined || refreshToken === undefined) return [];
    const credentials = { client_id: client.id, client_secret: client.secret, refresh_token: refreshToken };
    const settings = portalId === undefined ? undefined : { workspace_id: portalId };
    const accounts: OperatorAccount[] = [{ provider: 'zoho', region, credentials, settings }];
    // Its token has the scopes of both services only if the operator asked for them: the organization says so.
    if (orgId !== undefined) {
      accounts.push({ provider: 'zoho_desk', region, credentials, settings: { workspace_id: orgId } });
    }
    return accounts;
  }
}

interface OperatorAccount {
  provider: string;
  region?: string;
  credentials: Record<string, Secret>;
  /** `workspace_id` in it names one of several workspaces of the account. */
  settings?: Record<string, unknown>;
}

function isOf({ provider, settings }: OperatorAccount, integration: Integration): boolean {
  const workspaceId = settings?.workspace_id ?? integration.workspaceId;
  return integration.provider === provider && integration.workspaceId === workspaceId;
}
