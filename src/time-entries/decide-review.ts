import { conflict, unprocessable } from '../common/errors.js';
import type { ChangeOf, Decision, DecisionContext } from './entry-change.js';
import { refuseWhenGone, write } from './next-state.js';
import type { TimeEntry } from './time-entry.js';

const LONGEST_OBSERVATION = 500;

/** A person's decision: an approved entry counts as it is and is locked, a rejected one keeps its valid times. */
export function decideReview(current: TimeEntry, change: ChangeOf<'review'>, context: DecisionContext): Decision {
  refuseWhenGone(current);
  const { decision, observation = '' } = change;
  if (observation.length > LONGEST_OBSERVATION) {
    throw unprocessable(
      'SESSION.OBSERVATION_TOO_LONG',
      `observation may have at most ${LONGEST_OBSERVATION} characters`,
    );
  }
  if (decidedByPerson(current) === decision) return { kind: 'unchanged' };
  if (decision === 'approved' && current.endedAt === null) {
    throw conflict('SESSION.STILL_OPEN', 'The session has no end yet: it cannot be approved.');
  }
  refuseWhenNotUnderReview(current);
  const decided = { ...current, reviewStatus: decision, observation };
  const next: TimeEntry =
    decision === 'approved'
      ? { ...decided, isLocked: true, validStartedAt: current.startedAt, validEndedAt: current.endedAt }
      : decided;
  return write(current, next, decision, change, context);
}

/** Takes a person's decision back; the observation stays until the next one. */
export function decideReopening(current: TimeEntry, change: ChangeOf<'reopen'>, context: DecisionContext): Decision {
  refuseWhenGone(current);
  if (current.reviewStatus === 'under_review') return { kind: 'unchanged' };
  if (decidedByPerson(current) === null) {
    throw conflict('SESSION.NOT_DECIDED', 'Nobody has decided about this session: there is nothing to reopen.');
  }
  return write(current, { ...current, reviewStatus: 'under_review', isLocked: false }, 'reopened', change, context);
}

/** The approval an entry is born with is a rule's and locks nothing; only people lock and reject. */
function decidedByPerson(entry: TimeEntry): 'approved' | 'rejected' | null {
  if (entry.reviewStatus === 'rejected') return 'rejected';
  return entry.isLocked ? 'approved' : null;
}

function refuseWhenNotUnderReview(entry: TimeEntry): void {
  if (entry.reviewStatus === 'under_review') return;
  if (decidedByPerson(entry) === null) throw conflict('SESSION.NOT_UNDER_REVIEW', 'The session is not under review.');
  throw conflict('SESSION.ALREADY_DECIDED', 'The session was decided otherwise: reopen it first.');
}
