import type { Secret } from '../common/secret.js';
import type { EnvReader } from './env-reader.js';

/** What the operator says about Zoho. */
export interface ZohoSettings {
  /** This installation as it is registered in Zoho's console: needed for the consent page. */
  client?: { id: Secret; secret: Secret };
  /** With the client, an account of the operator's own. */
  refreshToken?: Secret;
  region?: string;
  portalId?: string;
  orgId?: string;
  /** Origins that stand for every data centre; the vendor's own by default. */
  accountsUrl?: string;
  projectsUrl?: string;
  deskUrl?: string;
}

export function readZohoSettings(reader: EnvReader): ZohoSettings {
  const client = readClient(reader);
  const refreshToken = reader.secret('ZOHO_REFRESH_TOKEN');
  if (refreshToken !== undefined && client === undefined) {
    reader.fail('ZOHO_CLIENT_ID', 'and ZOHO_CLIENT_SECRET must be set with ZOHO_REFRESH_TOKEN');
  }
  return {
    client,
    refreshToken,
    region: readMatching(reader, 'ZOHO_REGION', /^[a-z]{2}$/, 'must be a data centre such as us, eu or in'),
    portalId: readMatching(reader, 'ZOHO_PORTAL_ID', /^[1-9]\d{0,19}$/, 'must be the number of a portal'),
    orgId: readMatching(reader, 'ZOHO_ORG_ID', /^[1-9]\d{0,19}$/, 'must be the number of an organization'),
    accountsUrl: readOrigin(reader, 'ZOHO_ACCOUNTS_URL'),
    projectsUrl: readOrigin(reader, 'ZOHO_PROJECTS_URL'),
    deskUrl: readOrigin(reader, 'ZOHO_DESK_URL'),
  };
}

function readClient(reader: EnvReader): ZohoSettings['client'] {
  const id = reader.secret('ZOHO_CLIENT_ID');
  const secret = reader.secret('ZOHO_CLIENT_SECRET');
  if (id !== undefined && secret !== undefined) return { id, secret };
  if (id !== undefined) reader.fail('ZOHO_CLIENT_SECRET', 'must be set with ZOHO_CLIENT_ID');
  if (secret !== undefined) reader.fail('ZOHO_CLIENT_ID', 'must be set with ZOHO_CLIENT_SECRET');
  return undefined;
}

function readMatching(reader: EnvReader, name: string, pattern: RegExp, problem: string): string | undefined {
  const value = reader.text(name);
  if (value !== undefined && !pattern.test(value)) reader.fail(name, problem);
  return value;
}

function readOrigin(reader: EnvReader, name: string): string | undefined {
  const url = reader.url(name, ['http:', 'https:']);
  if (url !== undefined && new URL(url).origin !== url) reader.fail(name, 'must be an origin, without a path');
  return url;
}
