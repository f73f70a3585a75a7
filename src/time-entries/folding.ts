import type { BinnacleDraft } from '../binnacle/chain.js';
import type { ChangeAuthor } from './change-author.js';
import type { BinnacleAction, Decision, PushWish } from './entry-change.js';
import type { MailWish } from './mail-wish.js';
import { differences, toSnapshot, type Diff } from './snapshot.js';
import type { TimeEntry } from './time-entry.js';

/** One line of an entry's history to be. */
interface Step {
  author: ChangeAuthor;
  before: TimeEntry;
  after: TimeEntry;
  action: BinnacleAction;
  reason: string | null;
  /** What somebody remarked; other lines say what moved. */
  remark?: Diff;
  mails: MailWish[];
}

/** One entry while its changes are folded in memory. */
export interface Folding {
  stored: TimeEntry;
  current: TimeEntry;
  steps: Step[];
  pushes: PushWish[];
  /** The service's word replaced a change of ours that was on its way. */
  hasConflict: boolean;
}

export type Outcome = 'created' | 'changed' | 'unchanged';

export const fold = (entry: TimeEntry): Folding => ({
  stored: entry,
  current: entry,
  steps: [],
  pushes: [],
  hasConflict: false,
});

/** Takes a decision over into the entry in memory. */
export function take(folding: Folding, decision: Decision, author: ChangeAuthor): Outcome {
  const before = folding.current;
  switch (decision.kind) {
    case 'unchanged':
      return 'unchanged';
    case 'note':
      folding.current = decision.next;
      return 'unchanged';
    case 'remark': {
      const remark = { remark: { from: null, to: decision.text } };
      // A new object, so that it is written with the new head of its chain.
      folding.current = { ...before };
      folding.steps.push({
        author,
        before,
        after: before,
        action: 'remarked',
        reason: decision.reason,
        remark,
        mails: [],
      });
      return 'changed';
    }
    case 'write': {
      const { next, action, reason, mails } = decision;
      folding.current = next;
      folding.steps.push({ author, before, after: next, action, reason, mails });
      folding.pushes.push(...decision.pushes);
      if (decision.isConflict) folding.hasConflict = true;
      return before.version === 0 ? 'created' : 'changed';
    }
  }
}

/** The new lines of the entry's history, in the order of the changes. */
export const draftsOf = (folding: Folding): BinnacleDraft[] =>
  folding.steps.map((step, index) => ({
    entryId: folding.stored.id,
    sequence: folding.stored.binnacleSequence + index + 1,
    action: step.action,
    actor: step.author.actor,
    origin: step.author.origin,
    reason: step.reason,
    snapshot: toSnapshot(step.after),
    diff: step.remark ?? differences(step.before.version === 0 ? null : step.before, step.after),
    recordedAt: step.after.modifiedAt,
    previousHash: folding.stored.binnacleHead,
  }));
