import type { Clock } from '../../common/clock.js';
import type { HttpClient } from '../../common/http-client.js';
import type { Secret } from '../../common/secret.js';
import type { ClockifyWebhookTokens } from '../../config/clockify-webhook-settings.js';
import type { ZohoSettings } from '../../config/zoho-settings.js';
import type { AccessTokens, TimeTrackingProvider } from '../contract/provider.js';
import type { Quotas } from '../contract/quotas.js';
import type { WebhookSecrets } from '../contract/webhooks.js';
import { ClockifyProvider } from './clockify/clockify.provider.js';
import { TogglProvider } from './toggl/toggl.provider.js';
import { TogglWebhooks } from './toggl/toggl.webhooks.js';
import { ZohoAccounts } from './zoho-accounts/accounts.client.js';
import { ZohoDeskProvider } from './zoho-desk/desk.provider.js';
import { ZohoProvider } from './zoho/zoho.provider.js';

export interface ProviderDependencies {
  http: HttpClient;
  clock: Clock;
  accessTokens: AccessTokens;
  quotas: Quotas;
  /** With `/api/v9`; the vendor's own by default. Only the operator sets it. */
  togglBaseUrl?: string;
  /** With `/api/v1`, for every region; the vendor's own by default. Only the operator sets it. */
  clockifyBaseUrl?: string;
  /** Workspaces to prefer for accounts that have them and name none. */
  clockifyWorkspaceIds?: readonly string[];
  clockifyWebhookTokens?: ClockifyWebhookTokens;
  zoho?: ZohoSettings;
  webhookSecrets?: WebhookSecrets;
  /** With `/webhooks/api/v1`; the vendor's own by default. Only the operator sets it. */
  togglWebhooksUrl?: string;
  togglWebhookSecret?: Secret;
  /** Accounts of the operator's own; Zoho's is among its settings. */
  togglApiToken?: Secret;
  clockifyApiKey?: Secret;
}

/** The list of every provider: a new one is a folder and a line here. */
export function createProviders({
  http,
  clock,
  accessTokens,
  quotas,
  ...options
}: ProviderDependencies): TimeTrackingProvider[] {
  const { client: oauthClient, accountsUrl, projectsUrl, deskUrl } = options.zoho ?? {};
  const accounts = new ZohoAccounts({ http, clock, accessTokens, accountsUrl });
  return [
    new TogglProvider({
      http,
      clock,
      quotas,
      baseUrl: options.togglBaseUrl,
      webhooksUrl: options.togglWebhooksUrl,
      operatorToken: options.togglApiToken,
      webhooks: options.webhookSecrets && new TogglWebhooks(options.webhookSecrets, options.togglWebhookSecret),
    }),
    new ClockifyProvider({
      http,
      clock,
      quotas,
      baseUrl: options.clockifyBaseUrl,
      workspaceIds: options.clockifyWorkspaceIds,
      webhookTokens: options.clockifyWebhookTokens,
      webhookSecrets: options.webhookSecrets,
      operatorKey: options.clockifyApiKey,
    }),
    new ZohoProvider({ http, clock, quotas, accounts, oauthClient, projectsUrl, operator: options.zoho }),
    new ZohoDeskProvider({ http, clock, quotas, accounts, oauthClient, deskUrl, operator: options.zoho }),
  ];
}
