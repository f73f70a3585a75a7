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
      const named = server === undefined || server === accounts.originOf(null) ? location : regionOfAccounts(server);
      const isListed = [named, location].every((region) => region === undefined || regions.includes(region ?? ''));
      if (isListed) return named ?? null;
      throw new ProviderError('rejected', 'The answer names a data centre that is not one of Zoho’s.');
    },
    exchange: ({ region, redirectUri, code }) => accounts.exchange(region, client, new Secret(code), redirectUri),
  };
}
