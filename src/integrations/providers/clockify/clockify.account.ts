import type { Connection, VerifiedAccount } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { Access, ClockifyClient } from './clockify.client.js';
import { decode, toNamed, toProfile, toRows } from './clockify.mapping.js';

/** In this order: what the user says with the key, or in the settings. */
function wantedWorkspace(credentials: Connection['credentials'], settings: Connection['settings']): string | null {
  const wanted = credentials.workspace_id?.reveal() ?? settings.workspace_id;
  if (wanted === undefined || wanted === null || wanted === '') return null;
  return typeof wanted === 'string' ? wanted.trim() : '';
}

/**
 * The account behind a key, and the workspace meant: the one that is asked for, else the first of `preferred` that the account
 * has, else its own default.
 */
export async function verifyAccount(
  client: ClockifyClient,
  access: Access,
  settings: Connection['settings'],
  preferred: readonly string[],
): Promise<VerifiedAccount> {
  const answer = await client.get(access, '/user');
  const profile = decode(() => toProfile(answer), false);
  const list = await client.get(access, '/workspaces');
  const workspaces = decode(
    () => toRows(list).map((row) => ({ ...toNamed(row), plan: row.featureSubscriptionType })),
    false,
  );
  const wanted = wantedWorkspace(access.credentials, settings);
  const usual = [...preferred, profile.defaultWorkspaceId].find((id) => workspaces.some((one) => one.id === id));
  const id = wanted ?? usual ?? workspaces[0]?.id;
  const workspace = workspaces.find((one) => one.id === id);
  if (workspace === undefined) {
    const known = workspaces.map((one) => `${one.id} (${one.name})`).join(', ');
    throw new ProviderError('rejected', `workspace_id must be one of this account's workspaces: ${known}`);
  }
  if (typeof workspace.plan === 'string') await client.planIs(access, workspace.id, workspace.plan === 'FREE');
  return {
    accountId: profile.accountId,
    accountName: profile.accountName,
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    timeZone: profile.timeZone,
  };
}
