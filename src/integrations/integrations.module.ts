import { Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '../common/clock.js';
import { HttpClient } from '../common/http-client.js';
import { describeCall, type ObservedCall } from '../common/observed-call.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { MailModule } from '../mail/mail.module.js';
import { PushModule } from '../push/push.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessToken } from './access-token.entity.js';
import { AccessTokensRepository } from './access-tokens.repository.js';
import { AccessTokensService } from './access-tokens.service.js';
import { TIME_TRACKING_PROVIDERS } from './contract/provider.js';
import { CredentialsCipher } from './credentials-cipher.js';
import { IntegrationHealth } from './integration-health.js';
import { Integration } from './integration.entity.js';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { IntegrationsService } from './integrations.service.js';
import { KeyRotationService } from './key-rotation.service.js';
import { OAuthState } from './oauth/oauth-state.entity.js';
import { OAuthStatesRepository } from './oauth/oauth-states.repository.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { OAuthService } from './oauth/oauth.service.js';
import { OperatorIntegrations } from './operator-integrations.js';
import { ProviderRegistry } from './provider-registry.js';
import { WebhookRegistrar } from './webhook-registrar.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';
import { WebhookSubscription } from './webhook-subscription.entity.js';
import { WebhookSubscriptionsRepository } from './webhook-subscriptions.repository.js';
import { createProviders } from './providers/index.js';
import { QuotaBucket } from './quotas/quota-bucket.entity.js';
import { QuotasRepository } from './quotas/quotas.repository.js';
import { QuotasService } from './quotas/quotas.service.js';

const logger = new Logger('Calls');
const logCall = (call: ObservedCall): void => logger.debug(describeCall(call));

@Module({
  imports: [
    TypeOrmModule.forFeature([Integration, AccessToken, OAuthState, QuotaBucket, WebhookSubscription]),
    MailModule,
    PushModule,
    UsersModule,
  ],
  controllers: [IntegrationsController, OAuthController],
  providers: [
    {
      provide: TIME_TRACKING_PROVIDERS,
      useFactory: (
        config: Config,
        clock: Clock,
        accessTokens: AccessTokensService,
        quotas: QuotasService,
        webhookSecrets: WebhookSecretsService,
      ) =>
        createProviders({
          http: new HttpClient({
            clock,
            retryScale: config.testControl.retryScale,
            timeoutMilliseconds: config.testControl.callTimeoutMilliseconds,
            onCall: logCall,
          }),
          clock,
          accessTokens,
          quotas,
          togglBaseUrl: config.togglBaseUrl,
          togglWebhooksUrl: config.togglWebhooksUrl,
          clockifyBaseUrl: config.clockifyBaseUrl,
          clockifyWorkspaceIds: config.clockifyWorkspaceIds,
          clockifyWebhookTokens: config.clockifyWebhookTokens,
          zoho: config.zoho,
          webhookSecrets,
          togglWebhookSecret: config.togglWebhookSecret,
          togglApiToken: config.togglApiToken,
          clockifyApiKey: config.clockifyApiKey,
        }),
      inject: [CONFIG, Clock, AccessTokensService, QuotasService, WebhookSecretsService],
    },
    QuotasRepository,
    QuotasService,
    WebhookSubscriptionsRepository,
    WebhookSecretsService,
    WebhookRegistrar,
    AccessTokensRepository,
    AccessTokensService,
    ProviderRegistry,
    CredentialsCipher,
    IntegrationsRepository,
    IntegrationHealth,
    IntegrationsService,
    KeyRotationService,
    OperatorIntegrations,
    OAuthStatesRepository,
    OAuthService,
  ],
  exports: [WebhookSecretsService, WebhookRegistrar, IntegrationsService, KeyRotationService, ProviderRegistry],
})
export class IntegrationsModule {}
