import type { Actor, Origin } from '../binnacle/actor.js';
import type { ChangeOf, Decision, DecisionContext } from './entry-change.js';
import { remoteHash } from './remote-hash.js';
import type { Diff } from './snapshot.js';
import type { TimeEntry } from './time-entry.js';

/** What only a service says, and what is kept of it while an entry is locked. */
export type ServiceWord = ChangeOf<'observe' | 'report' | 'vanish'>;

/** A word of a service about a locked entry, on its way into the table. */
export interface LateDraft {
  change: ServiceWord;
  /** What of the entry's content it would alter. */
  diff: Diff;
  /** Equal for equal content, whoever says it. */
  contentHash: string;
}

/** The same, waiting for a reopening or already applied. */
export interface LateChange {
  id: number;
  entryId: number;
  sequence: number;
  change: ServiceWord;
  diff: Diff;
  actor: Actor;
  origin: Origin | null;
  receivedAt: Date;
  appliedAt: Date | null;
}

/** Decided by rules in the course of a change, and decided anew when it is applied. */
const DERIVED = new Set(['reviewStatus', 'validStartedAt', 'validEndedAt', 'timeEditCount', 'isOvertime']);

/**
 * Keeps what a service says about a locked entry, if it would change anything; while something waits, also that the service
 * is back at what we have.
 * @param decideUnlocked what it would mean if nobody had approved the entry
 */
export function keepForLater(
  current: TimeEntry,
  change: ServiceWord,
  context: DecisionContext,
  decideUnlocked: (unlocked: TimeEntry) => Decision,
): Decision {
  const decision = decideUnlocked({ ...current, isLocked: false });
  const { note } = decision.kind === 'remark' ? {} : decision;
  if (note === 'echo') return { kind: 'unchanged', note };
  if (decision.kind !== 'write' && current.lateChangeCount === 0) return { kind: 'unchanged', note };
  const moved = decision.kind === 'write' ? decision.moved : {};
  const diff = Object.fromEntries(Object.entries(moved).filter(([field]) => !DERIVED.has(field)));
  return { kind: 'late', late: { change, diff, contentHash: contentHashOf(change) }, note: 'late' };
}

function contentHashOf(change: ServiceWord): string {
  if (change.kind === 'vanish') return 'vanished';
  const { entry } = change.facts;
  return remoteHash({
    ...entry,
    isDeleted: entry.isDeleted || (change.kind === 'report' && change.event === 'delete'),
  });
}
