import type { TimeTrackingProvider } from '../integrations/contract/provider.js';
import type { EntryDraft } from '../integrations/contract/remote-entry.js';
import type { PushState } from '../push/push.js';

/** Where a log stands between here and its service. */
export interface SyncState {
  state: 'local' | 'incomplete' | 'pending' | 'synced' | 'failed' | 'unknown';
  /** Fields the service still needs; empty unless incomplete. */
  missing: string[];
  /** Why it is not there yet, in words for the user. */
  error: string | null;
  /** What its service made of it, in words for the user: that the times were rounded, say. */
  note: string | null;
}

export interface SyncFacts {
  /** `null` when the log has no integration, or one that was disconnected. */
  provider: Pick<TimeTrackingProvider, 'missingFields'> | null;
  draft: EntryDraft;
  pushState: PushState | null;
  pushError: string | null;
  pushNote: string | null;
}

export function syncStateOf({ provider, draft, pushState, pushError, pushNote }: SyncFacts): SyncState {
  if (provider === null || pushState === 'cancelled') return syncState('local');
  if (pushState === 'failed') return syncState('failed', { error: pushError });
  if (pushState === 'unknown') return syncState('unknown', { error: pushError });
  const missing = provider.missingFields(draft);
  if (missing.length > 0) return syncState('incomplete', { missing: missing.map(wireName) });
  if (pushState === 'pending' || pushState === 'sending') return syncState('pending', { error: pushError });
  return syncState('synced', { note: pushNote });
}

const syncState = (state: SyncState['state'], more: Partial<SyncState> = {}): SyncState => ({
  state,
  missing: [],
  error: null,
  note: null,
  ...more,
});

/** The contract speaks of drafts, a caller knows the fields of a log. */
const WIRE_NAMES: Record<string, string> = {
  description: 'task',
  projectExternalId: 'project_id',
  taskExternalId: 'task',
  isBillable: 'billable',
};

const wireName = (field: string): string => WIRE_NAMES[field] ?? field;
