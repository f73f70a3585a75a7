import { isTimeZone } from '../../../common/time-zone.js';
import type { Connection, VerifiedAccount } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import { checkedId, type Access, type DeskClient } from './desk.client.js';
import { asRow, decode, idOf, rowsIn, textOf, type Row } from './desk.shapes.js';

interface Organization {
  id: string;
  name: string | null;
}

/** Whom the credentials belong to, in which organization, and whether they may read that agent's time. */
export async function findAccount(
  client: DeskClient,
  { credentials, region }: Pick<Connection, 'credentials' | 'region'>,
  settings: Connection['settings'],
): Promise<Omit<VerifiedAccount, 'credentials'>> {
  const wanted = wantedOrganization(credentials, settings);
  const anywhere: Access = { credentials, region, workspaceId: null };
  const answer = await client.call(anywhere, { method: 'GET', path: '/organizations' });
  const organizations = decode(() => rowsIn(answer).map(toOrganization), false);
  const { id, name } = chosen(organizations, wanted);
  const access: Access = { credentials, region, workspaceId: id };
  const me = await client.call(access, { method: 'GET', path: '/myinfo' });
  const agent = decode(() => toAgent(asRow(me)), false);
  // Needs a scope and an edition of its own, which are better missed now than by every sync.
  const path = `/agents/${agent.accountId}/timeEntry`;
  const entries = await client.call(access, { method: 'GET', path, query: { from: '0', limit: '1' } });
  decode(() => rowsIn(entries), false);
  return { ...agent, workspaceId: id, workspaceName: name };
}

function toOrganization(row: Row): Organization {
  return { id: idOf(row.id), name: textOf(row.companyName) || textOf(row.portalName) || null };
}

function toAgent(row: Row): Pick<VerifiedAccount, 'accountId' | 'accountName' | 'timeZone'> {
  const accountId = idOf(row.id);
  const fullName = [row.firstName, row.lastName]
    .map(textOf)
    .filter((part) => part !== '')
    .join(' ');
  const zone = textOf(row.timeZone);
  return {
    accountId,
    accountName: fullName || textOf(row.name) || textOf(row.emailId) || accountId,
    timeZone: isTimeZone(zone) ? zone : null,
  };
}

function wantedOrganization(credentials: Connection['credentials'], settings: Connection['settings']): string | null {
  const wanted = settings.workspace_id ?? credentials.org_id?.reveal();
  if (wanted === undefined || wanted === null || wanted === '') return null;
  const text = typeof wanted === 'number' || typeof wanted === 'string' ? String(wanted) : '';
  return checkedId(text, 'organization');
}

/** Without a wish it must be clear which one is meant: time written in the wrong organization is somebody else's bill. */
function chosen(organizations: readonly Organization[], wanted: string | null): Organization {
  const candidates = wanted === null ? organizations : organizations.filter(({ id }) => id === wanted);
  if (candidates.length === 1) return candidates[0]!;
  const known = organizations.map(({ id, name }) => (name === null ? id : `${id} (${name})`)).join(', ');
  throw new ProviderError(
    'rejected',
    organizations.length === 0
      ? 'This Zoho account has no Desk organization.'
      : `org_id must be one of this account's organizations: ${known}`,
  );
}
