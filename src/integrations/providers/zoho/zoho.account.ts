import { isTimeZone } from '../../../common/time-zone.js';
import type { Connection, VerifiedAccount } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { Access, ZohoClient } from './zoho.client.js';
import { checkedId } from './zoho.remote-entry.js';
import { asRow, decode, firstText, idOf, isId, isRow, rowsIn, textOf, type Row } from './zoho.shapes.js';

interface Portal {
  id: string;
  name: string | null;
  isDefault: boolean;
  timeZone: string | null;
  /** The caller's own id in it, where the portal names it. */
  callerId: string | null;
}

interface Person {
  id: string;
  name: string;
}

/** Whom the credentials belong to, and in which of their portals. */
export async function findAccount(
  client: ZohoClient,
  access: Access,
  settings: Connection['settings'],
): Promise<Omit<VerifiedAccount, 'credentials'>> {
  const answer = await client.call(access, { method: 'GET', path: '/portals' });
  const portals = decode(() => rowsIn(answer, 'portals').map(toPortal), false);
  const portal = chosen(portals, wantedPortal(access.credentials, settings));
  const person = await findCaller(client, access, portal);
  return {
    accountId: person.id,
    accountName: person.name,
    workspaceId: portal.id,
    workspaceName: portal.name,
    timeZone: zoneIn(settings) ?? portal.timeZone,
  };
}

function toPortal(row: Row): Portal {
  const settings = isRow(row.settings) ? row.settings : {};
  const zone = [settings.time_zone, row.time_zone, row.gmt_time_zone].map(textOf).find(isTimeZone);
  const callerId = textOf(row.login_zpuid);
  return {
    id: idOf(row.id),
    name: firstText(row.portal_name, row.name, row.org_name) || null,
    isDefault: row.default === true || row.is_default === true,
    timeZone: zone ?? null,
    callerId: isId(callerId) ? callerId : null,
  };
}

function wantedPortal(credentials: Connection['credentials'], settings: Connection['settings']): string | null {
  const wanted = settings.workspace_id ?? credentials.portal_id?.reveal();
  if (wanted === undefined || wanted === null || wanted === '') return null;
  const text = typeof wanted === 'number' || typeof wanted === 'string' ? String(wanted) : '';
  return checkedId(text, 'portal');
}

function chosen(portals: readonly Portal[], wanted: string | null): Portal {
  const portal =
    wanted === null
      ? (portals.find(({ isDefault }) => isDefault) ?? portals[0])
      : portals.find(({ id }) => id === wanted);
  if (portal !== undefined) return portal;
  const known = portals.map(({ id, name }) => (name === null ? id : `${id} (${name})`)).join(', ');
  throw new ProviderError(
    'rejected',
    portals.length === 0
      ? 'This Zoho account has no portal.'
      : `portal_id must be one of this account's portals: ${known}`,
  );
}

/**
 * The caller's id in the portal, by which logs name their owner. Zoho's documentation lists users only, so where "me" is
 * not answered, the id that the portal gives is taken, or the only user there is.
 */
async function findCaller(client: ZohoClient, access: Access, portal: Portal): Promise<Person> {
  const path = `/portal/${portal.id}/users`;
  try {
    const answer = await client.call(access, { method: 'GET', path: `${path}/me`, isLookUp: true });
    return decode(() => toPerson(onlyRow(answer)), false);
  } catch (error) {
    if (!(error instanceof ProviderError) || (error.kind !== 'not_found' && error.kind !== 'rejected')) throw error;
  }
  const answer = await client.call(access, { method: 'GET', path, query: { page: '1', per_page: '200' } });
  const people = decode(() => rowsIn(answer, 'users').map(toPerson), false);
  const caller = people.length === 1 ? people[0] : people.find(({ id }) => id === portal.callerId);
  if (caller !== undefined) return caller;
  throw new ProviderError('rejected', 'Zoho does not tell which of the portal’s users these credentials belong to.');
}

/** A user comes bare, under its name, or as the only one of a list. */
function onlyRow(value: unknown): Row {
  const row = asRow(value);
  if (isRow(row.user)) return row.user;
  return Array.isArray(row.users) ? asRow((row.users as unknown[])[0]) : row;
}

function toPerson(row: Row): Person {
  const id = idOf(row.zpuid);
  return { id, name: firstText(row.name, row.full_name, row.display_name, row.email) || id };
}

function zoneIn(settings: Connection['settings']): string | null {
  const zone = settings.time_zone;
  if (zone === undefined || zone === null || zone === '') return null;
  if (typeof zone === 'string' && isTimeZone(zone)) return zone;
  throw new ProviderError('rejected', 'time_zone must be an IANA time zone such as Europe/Madrid');
}
