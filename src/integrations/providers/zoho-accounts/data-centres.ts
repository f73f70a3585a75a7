import { ProviderError } from '../../contract/provider-error.js';

interface DataCentre {
  accounts: string;
  /** Absent where the service is not known to run. */
  projects?: string;
  desk?: string;
}

/**
 * Zoho's data centres. Client, refresh token and API belong to one of them. Hosts come from this table alone: those that
 * Zoho's answers name (`api_domain`, `accounts-server`) are never called.
 */
const DATA_CENTRES = {
  us: { accounts: 'accounts.zoho.com', projects: 'projectsapi.zoho.com', desk: 'desk.zoho.com' },
  eu: { accounts: 'accounts.zoho.eu', projects: 'projectsapi.zoho.eu', desk: 'desk.zoho.eu' },
  in: { accounts: 'accounts.zoho.in', projects: 'projectsapi.zoho.in', desk: 'desk.zoho.in' },
  au: { accounts: 'accounts.zoho.com.au', projects: 'projectsapi.zoho.com.au', desk: 'desk.zoho.com.au' },
  jp: { accounts: 'accounts.zoho.jp', projects: 'projectsapi.zoho.jp', desk: 'desk.zoho.jp' },
  cn: { accounts: 'accounts.zoho.com.cn', projects: 'projectsapi.zoho.com.cn', desk: 'desk.zoho.com.cn' },
  ca: { accounts: 'accounts.zohocloud.ca', projects: 'projectsapi.zohocloud.ca', desk: 'desk.zohocloud.ca' },
  sa: { accounts: 'accounts.zoho.sa', projects: 'projectsapi.zoho.sa', desk: 'desk.zoho.sa' },
  uk: { accounts: 'accounts.zoho.uk', projects: 'projectsapi.zoho.uk' },
  sg: { accounts: 'accounts.zoho.sg', desk: 'desk.zoho.sg' },
  ae: { accounts: 'accounts.zoho.ae', desk: 'desk.zoho.ae' },
} as const satisfies Record<string, DataCentre>;

const TABLE: Readonly<Record<string, DataCentre>> = DATA_CENTRES;
const DEFAULT_REGION = 'us';

export type ZohoService = keyof DataCentre;

/** Names of the data centres in which a service runs. */
export const regionsOf = (service: ZohoService): string[] =>
  Object.keys(TABLE).filter((region) => TABLE[region]![service] !== undefined);

/** @throws ProviderError `rejected` for a region that is not in the table */
export function originOf(service: ZohoService, region: string | null): string {
  const name = region ?? DEFAULT_REGION;
  const host = Object.hasOwn(TABLE, name) ? TABLE[name]![service] : undefined;
  if (host !== undefined) return `https://${host}`;
  throw new ProviderError('rejected', `region must be one of ${regionsOf(service).join(', ')}`);
}

/** The data centre whose accounts host this is, or `null`. */
export const regionOfAccounts = (origin: string): string | null =>
  Object.keys(TABLE).find((region) => `https://${TABLE[region]!.accounts}` === origin) ?? null;
