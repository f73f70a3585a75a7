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
}

export interface SyncFacts {
  /** `null` when the log has no integration, or one that was disconnected. */
  provider: Pick<TimeTrackingProvider, 'missingFields'> | null;
  draft: EntryDraft;
  pushState: PushState | null;
  pushError: string | null;
}

export function syncStateOf({ provider, draft, pushState, pushError }: SyncFacts): SyncState {
  if (provider === null || pushState === 'cancelled') return { state: 'local', missing: [], error: null };
  if (pushState === 'failed') return { state: 'failed', missing: [], error: pushError };
  if (pushState === 'unknown') return { state: 'unknown', missing: [], error: pushError };
  const missing = provider.missingFields(draft);
  if (missing.length > 0) return { state: 'incomplete', missing: missing.map(wireName), error: null };
  if (pushState === 'pending' || pushState === 'sending') return { state: 'pending', missing: [], error: pushError };
  return { state: 'synced', missing: [], error: null };
}

/** The contract speaks of drafts, a caller knows the fields of a log. */
const WIRE_NAMES: Record<string, string> = {
  description: 'task',
  projectExternalId: 'project_id',
  taskExternalId: 'task',
  isBillable: 'billable',
};

const wireName = (field: string): string => WIRE_NAMES[field] ?? field;
