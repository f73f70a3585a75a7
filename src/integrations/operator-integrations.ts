import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { messageOf } from '../common/errors.js';
import type { Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { UsersService } from '../users/users.service.js';
import { IntegrationsService } from './integrations.service.js';
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

  /** Credentials of the environment become integrations of the first admin, once. */
  private async connectFromEnvironment(): Promise<void> {
    for (const { provider, credentials } of this.named()) {
      try {
        const admin = await this.users.findFirstAdmin();
        if (admin === null) return;
        const known = await this.integrations.list(admin.id);
        if (known.some((integration) => integration.provider === provider)) continue;
        const clear = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value.reveal()]));
        await this.integrations.connect(admin.id, { provider, credentials: clear });
        this.logger.log(`Connected ${provider} from the environment`);
      } catch (error) {
        this.logger.error(`${provider} of the environment could not be connected: ${messageOf(error)}`);
      }
    }
  }

  private named(): { provider: string; credentials: Record<string, Secret> }[] {
    const { togglApiToken } = this.config;
    return togglApiToken === undefined ? [] : [{ provider: 'toggl', credentials: { api_token: togglApiToken } }];
  }
}
