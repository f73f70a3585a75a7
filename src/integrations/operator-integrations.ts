import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { messageOf } from '../common/errors.js';
import { UsersService } from '../users/users.service.js';
import type { OperatorAccount } from './contract/provider.js';
import { ProviderError } from './contract/provider-error.js';
import { IntegrationsService, type Integration } from './integrations.service.js';
import { KeyRotationService } from './key-rotation.service.js';
import { ProviderRegistry } from './provider-registry.js';

/** What the start does about integrations: refuse a key ring that opens nothing, connect what the environment names. */
@Injectable()
export class OperatorIntegrations implements OnApplicationBootstrap {
  private readonly logger = new Logger('Integrations');

  constructor(
    private readonly integrations: IntegrationsService,
    private readonly keys: KeyRotationService,
    private readonly users: UsersService,
    private readonly registry: ProviderRegistry,
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
  private async connectAsFarAsMay(userId: number, account: NamedAccount): Promise<void> {
    try {
      await this.connect(userId, account);
    } catch (error) {
      const { scope, ...settings } = account.settings ?? {};
      if (scope === undefined || !(error instanceof ProviderError) || error.kind !== 'rejected') throw error;
      await this.connect(userId, { ...account, settings });
      this.logger.warn(`${account.provider} of the environment reads its own entries only: ${error.message}`);
    }
  }

  private async connect(userId: number, { provider, region, credentials, settings }: NamedAccount): Promise<void> {
    const clear = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value.reveal()]));
    await this.integrations.connect(userId, { provider, region, credentials: clear, settings });
  }

  private named(): NamedAccount[] {
    return this.registry
      .list()
      .flatMap(({ key, operatorAccounts = [] }) => operatorAccounts.map((account) => ({ provider: key, ...account })));
  }
}

type NamedAccount = OperatorAccount & { provider: string };

function isOf({ provider, settings }: NamedAccount, integration: Integration): boolean {
  const workspaceId = settings?.workspace_id ?? integration.workspaceId;
  return integration.provider === provider && integration.workspaceId === workspaceId;
}
