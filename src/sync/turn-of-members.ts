import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { remoteHash } from '../time-entries/remote-hash.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import type { WalkProgress } from './sync-run.js';

/** However quiet a member is, they are looked at as often as this. */
export const ROTATION_SECONDS = 6 * 3600;

/** How far the sync came with a member. */
export interface MemberState {
  walk: WalkProgress | null;
  walkedAt: Date | null;
}

/**
 * Whose days are walked in this cycle: first what was begun and not ended, then who was never read, at whom something moves,
 * and of the others as many as let everybody have their turn in six hours, the longest unread first. Pure.
 */
export function turnOfMembers(
  accountIds: readonly string[],
  {
    states,
    moved,
    intervalSeconds,
  }: { states: ReadonlyMap<string, MemberState>; moved: ReadonlySet<string>; intervalSeconds: number },
): string[] {
  const walkedAt = (id: string) => states.get(id)?.walkedAt?.getTime() ?? 0;
  const rankOf = (id: string) => {
    if (states.get(id)?.walk != null) return 0;
    if (walkedAt(id) === 0) return 1;
    return moved.has(id) ? 2 : 3;
  };
  const ranked = accountIds.map((id) => ({ id, rank: rankOf(id), walkedAt: walkedAt(id) }));
  const due = ranked.filter(({ rank }) => rank < 3).toSorted((a, b) => a.rank - b.rank);
  const quiet = ranked.filter(({ rank }) => rank === 3).toSorted((a, b) => a.walkedAt - b.walkedAt);
  const places = Math.ceil((accountIds.length * intervalSeconds) / ROTATION_SECONDS);
  return [...due, ...quiet.slice(0, places)].map(({ id }) => id);
}

/**
 * Accounts at whom something moves: an entry runs there that we do not know so, or one that we know to run does not. Pure.
 * @param running what the service shows running; @param ours what the ledger shows running there
 * @param accountsOf the accounts of a user at the service
 */
export function movedAccounts(
  running: readonly RemoteEntry[],
  ours: readonly TimeEntry[],
  accountsOf: (userId: number) => readonly string[],
): Set<string> {
  const known = new Map(ours.map((entry) => [entry.externalId, entry]));
  const shown = new Set(running.map(({ externalId }) => externalId));
  const begun = running.filter((remote) => known.get(remote.externalId)?.remoteHash !== remoteHash(remote));
  const ended = ours.filter(({ externalId }) => !shown.has(externalId!));
  return new Set([...begun.map(({ accountId }) => accountId), ...ended.flatMap(({ userId }) => accountsOf(userId))]);
}
