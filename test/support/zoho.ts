import { ZohoSimulator, type ZohoSimulatorOptions } from '../../simulators/zoho/simulator.js';
import type { Clock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import { Secret } from '../../src/common/secret.js';
import type { AccessTokens, Connection } from '../../src/integrations/contract/provider.js';
import { ZohoAccounts } from '../../src/integrations/providers/zoho-accounts/accounts.client.js';
import type { Quotas } from '../../src/integrations/contract/quotas.js';
import { ZohoProvider } from '../../src/integrations/providers/zoho/zoho.provider.js';
import { MemoryAccessTokens } from './memory-access-tokens.js';
import { UncountedQuotas } from './quotas.js';

/** A provider in front of a simulated Zoho, and an account there. */
export interface ZohoWorld {
  simulator: ZohoSimulator;
  provider: ZohoProvider;
  accounts: ZohoAccounts;
  connection: Connection;
  account: ReturnType<ZohoSimulator['addAccount']>;
  projectId: string;
}

export interface ZohoWorldOptions extends ZohoSimulatorOptions {
  clock: Clock;
  timeZone?: string;
}

/** Stop its simulator at the end. */
export async function startZoho({ clock, timeZone = 'UTC', ...options }: ZohoWorldOptions): Promise<ZohoWorld> {
  const simulator = new ZohoSimulator({ now: () => clock.now().getTime(), ...options });
  await simulator.start();
  const account = simulator.addAccount({ timeZone });
  return {
    simulator,
    ...zohoBefore(simulator, clock),
    account,
    connection: zohoConnection(account, timeZone),
    projectId: simulator.model.addProject(account.portal.id, 'Website').id,
  };
}

/** The first access token, with all the time a busy machine needs: the calls a test is about are given less. */
export async function fetchFirstToken(
  simulator: { url: string },
  clock: Clock,
  accessTokens: AccessTokens,
  credentials: Connection['credentials'],
): Promise<void> {
  const accounts = new ZohoAccounts({
    http: new HttpClient({ clock }),
    clock,
    accessTokens,
    accountsUrl: simulator.url,
  });
  await accounts.accessToken(credentials, null);
}

/** One more provider before the same simulator: another replica, say. */
export function zohoBefore(
  simulator: ZohoSimulator,
  clock: Clock,
  accessTokens: AccessTokens = new MemoryAccessTokens(),
  quotas: Quotas = new UncountedQuotas(),
): Pick<ZohoWorld, 'provider' | 'accounts'> {
  const http = new HttpClient({ clock, retryScale: 0.001, timeoutMilliseconds: 600 });
  const accounts = new ZohoAccounts({ http, clock, accessTokens, accountsUrl: simulator.url });
  return { accounts, provider: new ZohoProvider({ http, clock, quotas, accounts, projectsUrl: simulator.url }) };
}

export const zohoConnection = (
  { client, refreshToken, portal, person }: ReturnType<ZohoSimulator['addAccount']>,
  timeZone: string,
): Connection => ({
  integrationId: 1,
  region: null,
  credentials: {
    client_id: new Secret(client.id),
    client_secret: new Secret(client.secret),
    refresh_token: new Secret(refreshToken),
  },
  workspaceId: portal.id,
  accountId: person.zpuid,
  settings: {},
  timeZone,
});
