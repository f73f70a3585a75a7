import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { ReportedEvent } from '../integrations/contract/webhooks.js';
import type { PushTrace } from '../push/push.js';
import type { LateDraft } from './late-change.js';
import type { MailWish } from './mail-wish.js';
import type { Diff, Json } from './snapshot.js';
import type { EntryContent, TimeEntry } from './time-entry.js';

/** The identity of a row at its service. */
export interface ExternalKey {
  source: string;
  workspaceId: string;
  externalId: string;
}

/** Where a person's entries of one workspace live from now on. */
export interface EntryHome {
  source: string;
  workspaceId: string;
  integrationId: number;
}

/** What a provider reports of an entry, with our names for its project. */
export interface RemoteFacts {
  entry: RemoteEntry;
  projectId: number | null;
  projectName: string | null;
  /** When the service was asked, for a read that is complete: what it shows after a removal is there again. */
  readAt?: Date;
}

/** What a service says by webhook. None of them has a version, and they come in any order, repeated, or not at all. */
export type { ReportedEvent };

/**
 * What whoever passed a report on should know about it, beside what it changed.
 *
 * - `duplicate`: says what is known; `conflict`: an id that was used for something else, the first is kept
 * - `echo`: our own write coming back; `late`: about what is removed or locked
 * - `out_of_order`: something was missing before it, or it is older than what is known: the service should be read
 * - `unknown_deleted`: the removal of what was never heard of
 */
export type ReportNote = 'duplicate' | 'conflict' | 'echo' | 'late' | 'out_of_order' | 'unknown_deleted';

/**
 * What happened to worked time, said by whoever saw it. What follows from it is decided in `decide`.
 *
 * - `create`: a new entry, from a person
 * - `edit`: some fields were changed by a person
 * - `end`: the running entry was stopped
 * - `delete`: a person removed it
 * - `observe`: a provider shows this entry, or delivers a version of it; unknown ones are created
 * - `confirm`: a provider has taken our write; `pushedVersion` is the version it was given
 * - `unlink`: the entry is not at the provider any more because we took it away
 * - `vanish`: the provider says it is gone
 * - `report`: a webhook says what happened to an entry there
 * - `enter`: a coordinator writes down an entry of a service; a used key is refused
 * - `import`: somebody's file holds this entry; a used key, also a deleted or moved entry's, is a duplicate
 * - `review`: a person decides about an entry under review; `reopen`: takes such a decision back
 * - `link_same`: a person says it is the work of another entry, written down twice, and counts no more; `null`: it does again
 * - `overrun`: the monitor saw it run for longer than allowed
 * - `remark`: a line in its history that changes nothing
 * - `reown`: the person whose time it is has become known; what the service of `home` has shown lives there from now on
 */
export type EntryChange =
  | { kind: 'create'; userId: number; content: EntryContent; reason?: string }
  | { kind: 'edit'; id: number; patch: Partial<EntryContent>; reason?: string }
  | { kind: 'end'; id: number; end: Date; reason?: string }
  | { kind: 'delete'; id: number; reason?: string }
  | {
      kind: 'observe';
      key: ExternalKey;
      userId: number;
      integrationId: number;
      facts: RemoteFacts;
      /** It was delivered by a webhook, not read. */
      isDelivered?: true;
      reason?: string;
    }
  | { kind: 'confirm'; id: number; integrationId: number; pushedVersion: number; facts: RemoteFacts; reason?: string }
  | { kind: 'unlink'; id: number; integrationId: number; reason?: string }
  | { kind: 'vanish'; id: number; integrationId: number | null; reason?: string }
  | {
      kind: 'report';
      event: ReportedEvent;
      key: ExternalKey;
      userId: number;
      integrationId: number | null;
      facts: RemoteFacts;
      reason?: string;
    }
  | { kind: 'enter'; key: ExternalKey; userId: number; content: EntryContent; reason?: string }
  | {
      kind: 'import';
      key: ExternalKey;
      userId: number;
      content: EntryContent;
      /** What the clock showed, where the file tells that instead of a zone. */
      offsets?: Pick<TimeEntry, 'offsetStartSeconds' | 'offsetEndSeconds'>;
      reason?: string;
    }
  | { kind: 'review'; id: number; decision: 'approved' | 'rejected'; observation?: string; reason?: string }
  | { kind: 'reopen'; id: number; reason: string; applyLateChanges: boolean }
  | { kind: 'link_same'; id: number; sameAsId: number | null; reason?: string }
  | { kind: 'overrun'; id: number; reason?: string }
  | { kind: 'remark'; id: number; text: Record<string, Json>; reason?: string }
  | { kind: 'reown'; id: number; userId: number; home: EntryHome; reason?: string };

export type ChangeOf<Kind extends EntryChange['kind']> = Extract<EntryChange, { kind: Kind }>;

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
  | 'created'
  | 'edited'
  | 'ended'
  | 'deleted'
  | 'restored'
  | 'linked'
  | 'unlinked'
  | 'approved'
  | 'rejected'
  | 'reopened'
  | 'overran'
  | 'remarked'
  | 'reowned';

/** What is to be said of a change beside what it did. */
export interface Remarks {
  note?: ReportNote;
  /** What a conflict is about: what is kept, and what was said. */
  diff?: Diff;
}

/** A next state with its binnacle row and effects. */
export interface Written extends Remarks {
  kind: 'write';
  next: TimeEntry;
  action: BinnacleAction;
  reason: string | null;
  /** What of the content moved, field by field. */
  moved: Diff;
  pushes: PushWish[];
  mails: MailWish[];
  /** Both sides had changed: the provider's word holds, and ours is taken back from the outbox. */
  isConflict: boolean;
}

/**
 * What a change means: nothing; a note of what the service's copy is like, which is no change of content; a line of history
 * about an unchanged entry; something that waits because the entry is locked; or a next state.
 */
export type Decision =
  | ({ kind: 'unchanged' } & Remarks)
  | ({ kind: 'note'; next: TimeEntry } & Remarks)
  | { kind: 'remark'; text: Record<string, Json>; reason: string | null }
  | ({ kind: 'late'; late: LateDraft } & Remarks)
  | Written;

/** The rules in force; never read from anywhere else by `decide`. */
export interface LedgerPolicy {
  now: Date;
  overtimeSeconds: number;
}

/** What decisions about one entry have to know besides the entry itself. */
export interface DecisionContext extends LedgerPolicy {
  /** A change of ours has not reached the provider yet: what the provider still shows is older. */
  hasPendingPush: boolean;
  /** What we have sent to the service about this entry. */
  trace?: PushTrace;
  /** Nobody knows this id, but what the service tells of it is our own doing. */
  isOurs?: boolean;
}
