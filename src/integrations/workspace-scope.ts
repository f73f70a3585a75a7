import { ProviderError } from './contract/provider-error.js';
import type { Connection, TeamCapability, TimeTrackingProvider } from './contract/provider.js';

/** How everybody's entries are read, where the integration is to do that; `null` where it reads its own account alone. */
export function teamOf({
  provider,
  connection,
}: {
  provider: TimeTrackingProvider;
  connection: Pick<Connection, 'settings'>;
}): TeamCapability | null {
  return connection.settings.scope === 'workspace' ? (provider.team ?? null) : null;
}

/** A window without entries: what counts is whether it may be asked for. */
const NOTHING = { from: new Date(0), to: new Date(0) };

/**
 * Reads somebody else's entries once, so that credentials which may not do that are refused before they are kept.
 * @throws ProviderError `rejected` with the service's own reason
 */
export async function proveScope(provider: TimeTrackingProvider, connection: Connection): Promise<void> {
  const team = teamOf({ provider, connection });
  if (team === null) return;
  const members = await team.listMembers(connection);
  const other = members.find(({ accountId }) => accountId !== connection.accountId);
  if (other === undefined) return;
  try {
    await team.listMemberEntries(connection, other.accountId, NOTHING);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'rejected') throw error;
    throw new ProviderError('rejected', `The scope workspace needs the key of an administrator: ${error.message}`);
  }
}
