import type { BinnacleDraft } from '../binnacle/chain.js';
import type { ChangeAuthor } from './change-author.js';
import { decide } from './decide.js';
import type { BinnacleAction, Decision, DecisionContext, PushWish } from './entry-change.js';
import type { LateChange, LateDraft } from './late-change.js';
import type { MailWish } from './mail-wish.js';
import { toSnapshot, type Diff } from './snapshot.js';
import type { TimeEntry } from './time-entry.js';

/** Who says a change, and at which place of the batch. */
export interface Said {
  author: ChangeAuthor;
  turn: number;
}

/** One line of an entry's history to be. */
interface Step extends Said {
  before: TimeEntry;
  after: TimeEntry;
  action: BinnacleAction;
  reason: string | null;
  diff: Diff;
  mails: MailWish[];
}

/** One entry while its changes are folded in memory. */
export interface Folding {
  stored: TimeEntry;
  current: TimeEntry;
  steps: Step[];
  pushes: PushWish[];
  /** What its service said while it is locked. */
  late: (LateDraft & { author: ChangeAuthor })[];
  /** What had waited and was applied now. */
  appliedLate: number[];
  /** The service's word replaced a change of ours that was on its way. */
  hasConflict: boolean;
}

export type Outcome = 'created' | 'changed' | 'unchanged';

export const fold = (entry: TimeEntry): Folding => ({
  stored: entry,
  current: entry,
  steps: [],
  pushes: [],
  late: [],
  appliedLate: [],
  hasConflict: false,
});

/** Takes a decision over into the entry in memory. */
export function take(folding: Folding, decision: Decision, said: Said): Outcome {
  const before = folding.current;
  switch (decision.kind) {
    case 'unchanged':
      return 'unchanged';
    case 'note':
      folding.current = decision.next;
      return 'unchanged';
    case 'remark': {
      const diff = { remark: { from: null, to: decision.text } };
      // A new object, so that it is written with the new head of its chain.
      folding.current = { ...before };
      const { reason } = decision;
      folding.steps.push({ ...said, before, after: before, action: 'remarked', reason, diff, mails: [] });
      return 'changed';
    }
    case 'late':
      folding.current = { ...before, lateChangeCount: before.lateChangeCount + 1 };
      folding.late.push({ ...decision.late, author: said.author });
      return 'unchanged';
    case 'write': {
      const { next, action, reason, moved: diff, mails } = decision;
      folding.current = next;
      folding.steps.push({ ...said, before, after: next, action, reason, diff, mails });
      folding.pushes.push(...decision.pushes);
      if (decision.isConflict) folding.hasConflict = true;
      return before.version === 0 ? 'created' : 'changed';
    }
  }
}

/** What waited while the entry was locked, one after the other. What has been reopened was given to nobody in the meantime. */
export function applyLate(
  folding: Folding,
  late: readonly LateChange[],
  context: DecisionContext,
  said: Said,
): Outcome {
  for (const { id, change, receivedAt } of late) {
    const reason = `said by the service while locked, at ${receivedAt.toISOString()}`;
    take(
      folding,
      decide(folding.current, { ...change, reason }, { ...context, hasPendingPush: false, trace: undefined }),
      said,
    );
    folding.appliedLate.push(id);
  }
  folding.current = { ...folding.current, lateChangeCount: 0 };
  return 'changed';
}

/** The new lines of the entry's history, in the order of the changes. */
export const draftsOf = (folding: Folding, now: Date): BinnacleDraft[] =>
  folding.steps.map((step, index) => ({
    entryId: folding.stored.id,
    sequence: folding.stored.binnacleSequence + index + 1,
    action: step.action,
    actor: step.author.actor,
    origin: step.author.origin,
    reason: step.reason,
    snapshot: toSnapshot(step.after),
    diff: step.diff,
    // Not the entry's own time: a remark does not move it.
    recordedAt: now,
    previousHash: folding.stored.binnacleHead,
  }));
