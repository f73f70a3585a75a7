import { Secret } from '../../../common/secret.js';
import type { OAuthCapability } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { ZohoAccounts } from './accounts.client.js';
import { regionOfAccounts } from './data-centres.js';

/** This installation, as it is registered in Zoho's console. */
export interface OAuthClient {
  id: Secret;
  secret: Secret;
}

/** Zoho's consent page for one of its services. */
export function zohoConsent(
  accounts: ZohoAccounts,
  client: OAuthClient,
  scopes: readonly string[],
  regions: readonly string[],
): OAuthCapability {
  return {
    consentUrl: ({ region, redirectUri, state }) =>
      accounts.consentUrl(region, { clientId: client.id, scopes, redirectUri, state }),
    regionNamed: ({ location, server }) => {
      // An operator's own accounts address stands for every data centre.
      const isOwn = server !== undefined && server === accounts.originOf(null);
      const named = server === undefined || isOwn ? null : regionOfAccounts(server);
      const isKnown = (region: string) => regions.includes(region);
      const isServerKnown = server === undefined || isOwn || (named !== null && isKnown(named));
      if (!isServerKnown || (location !== undefined && !isKnown(location))) {
        throw new ProviderError('rejected', 'The answer names a data centre that is not one of Zoho’s.');
      }
      return named ?? location ?? null;
    },
    exchange: ({ region, redirectUri, code }) => accounts.exchange(region, client, new Secret(code), redirectUri),
  };
}
