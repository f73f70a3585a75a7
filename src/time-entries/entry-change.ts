import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { EntryContent, TimeEntry } from './time-entry.js';

/** The identity of a row at its service. */
export interface ExternalKey {
  source: string;
  workspaceId: string;
  externalId: string;
}

/** What a provider reports of an entry, with our names for its project. */
export interface RemoteFacts {
  entry: RemoteEntry;
  projectId: number | null;
  projectName: string | null;
  /** When the service was asked, for a read that is complete: what it shows after a removal is there again. */
  readAt?: Date;
}

/**
 * What happened to worked time, said by whoever saw it. What follows from it is decided in `decide`.
 *
 * - `create`: a new entry, from a person or an import
 * - `edit`: some fields were changed by a person
 * - `end`: the running entry was stopped
 * - `delete`: a person removed it
 * - `observe`: a provider shows this entry; unknown ones are created
 * - `confirm`: a provider has taken our write; `pushedVersion` is the version it was given
 * - `unlink`: the entry is not at the provider any more because we took it away
 * - `vanish`: the provider says it is gone
 * - `reown`: the person whose time it is has become known; what their service has shown lives at their integration from now on
 */
export type EntryChange =
  | { kind: 'create'; userId: number; content: EntryContent; reason?: string }
  | { kind: 'edit'; id: number; patch: Partial<EntryContent>; reason?: string }
  | { kind: 'end'; id: number; end: Date; reason?: string }
  | { kind: 'delete'; id: number; reason?: string }
  | { kind: 'observe'; key: ExternalKey; userId: number; integrationId: number; facts: RemoteFacts; reason?: string }
  | { kind: 'confirm'; id: number; integrationId: number; pushedVersion: number; facts: RemoteFacts; reason?: string }
  | { kind: 'unlink'; id: number; integrationId: number; reason?: string }
  | { kind: 'vanish'; id: number; integrationId: number; reason?: string }
  | { kind: 'reown'; id: number; userId: number; integrationId?: number; reason?: string };

/** What has to reach a provider because of a change. */
export interface PushWish {
  integrationId: number;
  wanted: 'present' | 'absent';
  externalId: string | null;
  entryVersion: number;
  /**
   * `stop`: it only ends an entry that runs there; `reopen`: what has ended is to run again. Anything else leaves an end that
   * somebody gave there in the meantime as it is.
   */
  intent: 'write' | 'stop' | 'reopen';
}

export type BinnacleAction =
  'created' | 'edited' | 'ended' | 'deleted' | 'restored' | 'linked' | 'unlinked' | 'reowned';

/**
 * What a change means: nothing; a note of what the service's copy is like, which is no change of content; or a next state with
 * its binnacle row and effects.
 */
export type Decision =
  | { kind: 'unchanged' }
  | { kind: 'note'; next: TimeEntry }
  | {
      kind: 'write';
      next: TimeEntry;
      action: BinnacleAction;
      reason: string | null;
      pushes: PushWish[];
      /** Both sides had changed: the provider's word holds, and ours is taken back from the outbox. */
      isConflict: boolean;
    };

/** The rules in force; never read from anywhere else by `decide`. */
export interface LedgerPolicy {
  now: Date;
  overtimeSeconds: number;
}
