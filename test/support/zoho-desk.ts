import {
  ZohoDeskSimulator,
  type DeskAccount,
  type ZohoDeskSimulatorOptions,
} from '../../simulators/zoho-desk/simulator.js';
import type { Clock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import type { Quotas } from '../../src/integrations/contract/quotas.js';
import { Secret } from '../../src/common/secret.js';
import type { AccessTokens, Connection } from '../../src/integrations/contract/provider.js';
import { ZohoAccounts } from '../../src/integrations/providers/zoho-accounts/accounts.client.js';
import { ZohoDeskProvider } from '../../src/integrations/providers/zoho-desk/desk.provider.js';
import { MemoryAccessTokens } from './memory-access-tokens.js';
import { UncountedQuotas } from './quotas.js';

/** A provider in front of a simulated Zoho Desk, and an account there with one ticket. */
export interface DeskWorld {
  simulator: ZohoDeskSimulator;
  provider: ZohoDeskProvider;
  accounts: ZohoAccounts;
  account: DeskAccount;
  connection: Connection;
  ticketId: string;
}

/** Stop its simulator at the end. */
export async function startDesk({
  clock,
  quotas = new UncountedQuotas(),
  ...options
}: ZohoDeskSimulatorOptions & { clock: Clock; quotas?: Quotas }): Promise<DeskWorld> {
  const simulator = new ZohoDeskSimulator({ now: () => clock.now().getTime(), ...options });
  await simulator.start();
  const account = simulator.addAccount();
  const http = new HttpClient({ clock, retryScale: 0.001, timeoutMilliseconds: 600 });
  return {
    simulator,
    ...deskBefore(simulator, { http, clock, quotas }),
    account,
    connection: deskConnection(account),
    ticketId: simulator.model.addTicket(account.agent, 'The printer is on fire').id,
  };
}

export function deskBefore(
  simulator: ZohoDeskSimulator,
  {
    http,
    clock,
    quotas = new UncountedQuotas(),
    accessTokens = new MemoryAccessTokens(),
  }: { http: HttpClient; clock: Clock; quotas?: Quotas; accessTokens?: AccessTokens },
): Pick<DeskWorld, 'provider' | 'accounts'> {
  const accounts = new ZohoAccounts({ http, clock, accessTokens, accountsUrl: simulator.url });
  return { accounts, provider: new ZohoDeskProvider({ http, clock, quotas, accounts, deskUrl: simulator.url }) };
}

export const deskConnection = ({ client, refreshToken, portal, agent }: DeskAccount): Connection => ({
  integrationId: 1,
  region: null,
  credentials: {
    refresh_token: new Secret(refreshToken),
    client_id: new Secret(client.id),
    client_secret: new Secret(client.secret),
    org_id: new Secret(portal.id),
  },
  workspaceId: portal.id,
  accountId: agent.id,
  settings: {},
  timeZone: null,
});
