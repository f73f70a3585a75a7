import type { ChangeOf, Decision, DecisionContext, ReportNote } from './entry-change.js';
import { hashOfOurs } from './decide-observation.js';
import { contentFromRemote, contentOf, withContent } from './entry-content.js';
import { keepForLater } from './late-change.js';
import { asDeleted, isNewer, write } from './next-state.js';
import { offsetsGiven } from './offsets.js';
import { remoteHash } from './remote-hash.js';
import { reviewAfter } from './review.js';
import type { TimeEntry } from './time-entry.js';

type Delivery = ChangeOf<'observe'>;
type Age = 'newer' | 'tie' | 'older' | 'unclear';

/**
 * What a webhook of a service with versions means: its newest version holds, in whatever order the versions come. Unlike a
 * read, it may tell of our own write before the service has answered it, and a removal has to leave a row, so that what comes
 * after it finds it.
 */
export function decideDelivery(current: TimeEntry, change: Delivery, context: DecisionContext): Decision {
  if (context.isOurs) return { kind: 'unchanged', note: 'echo' };
  if (current.version === 0) return take(current, change, context);
  if (isOurDoing(current, change, context)) return { kind: 'unchanged', note: 'echo' };
  if (current.isLocked) {
    return keepForLater(current, change, context, (unlocked) => decideDelivery(unlocked, change, context));
  }
  const age = ageOf(current, change);
  const reason = reasonToLeave(current, change, age, context);
  return reason === null ? takeNewer(current, change, age, context) : { kind: 'unchanged', note: reason };
}

function reasonToLeave(current: TimeEntry, change: Delivery, age: Age, context: DecisionContext): ReportNote | null {
  if (age === 'older') return 'late';
  if (age === 'unclear') return 'out_of_order';
  if (current.deletedAt === null || isOfLaterThanRemoval(current, change, context)) return null;
  return change.facts.entry.isDeleted ? 'duplicate' : 'late';
}

function takeNewer(current: TimeEntry, change: Delivery, age: Age, context: DecisionContext): Decision {
  const decision = take(current, change, context);
  if (decision.kind === 'remark') return decision;
  if (decision.kind !== 'write') return { ...decision, note: 'duplicate' };
  // A write of ours is on its way this very moment: which of the two came last only a read can tell.
  if (context.trace?.isInFlight) return { kind: 'unchanged', note: 'out_of_order' };
  return age === 'tie' ? { ...decision, note: 'out_of_order' } : decision;
}

/** Takes all that the service says; what is removed says what it was in the end. */
function take(current: TimeEntry, change: Delivery, context: DecisionContext): Decision {
  const { entry } = change.facts;
  const isNew = current.version === 0;
  const seen = withContent(current, { ...contentOf(current), ...contentFromRemote(change.facts, current) });
  const told = {
    ...seen,
    ...offsetsGiven(entry, current),
    integrationId: change.integrationId,
    ...(isNew ? {} : reviewAfter(current, seen)),
    deletedAt: null,
    remoteVersion: entry.version,
    remoteHash: hashOf(change),
    remoteSeen: true,
  };
  const remarks = { isConflict: context.hasPendingPush };
  if (!entry.isDeleted) return write(current, told, actionOf(current, told), change, context, remarks);
  const removed = { ...asDeleted(told, context), deletedAt: current.deletedAt ?? context.now };
  return write(current, removed, 'deleted', change, context, remarks);
}

/** The digest of a removed entry does not depend on whether it ran: the one of ours does not know. */
const hashOf = ({ facts: { entry } }: Delivery): string =>
  remoteHash({ ...entry, isRunning: entry.isRunning && !entry.isDeleted });

/** Whether the service only tells what we did there (see `decideReport`). */
function isOurDoing(current: TimeEntry, change: Delivery, { trace, hasPendingPush }: DecisionContext): boolean {
  if (trace === undefined) return false;
  if (change.facts.entry.isDeleted) return trace.isRemoval;
  const hash = hashOf(change);
  if (hasPendingPush && hash === hashOfOurs(current)) return true;
  return trace.written.includes(hash) && trace.written.includes(current.remoteHash ?? '');
}

/**
 * Webhooks tell the second, reads the microsecond: within the second of a read only another read can tell. Of two deliveries of
 * one second the weightier holds, so that both orders end alike; where the content has to decide, a read puts it right.
 */
function ageOf(current: TimeEntry, change: Delivery): Age {
  const { version } = change.facts.entry;
  const known = current.remoteVersion;
  if (known === null || version === null || version > known) return 'newer';
  const isSame = hashOf(change) === current.remoteHash;
  if (version.getTime() === known.getTime()) return isSame || isWeightier(current, change) ? 'tie' : 'older';
  const isOfSameSecond = version.getMilliseconds() === 0 && known.getTime() - version.getTime() < 1000;
  return isOfSameSecond && !isSame ? 'unclear' : 'older';
}

/** An entry first runs, then ends, then is removed. */
function isWeightier(current: TimeEntry, change: Delivery): boolean {
  const { entry } = change.facts;
  const given = entry.isDeleted ? 2 : entry.end === null ? 0 : 1;
  const known = current.deletedAt !== null ? 2 : current.endedAt === null ? 0 : 1;
  return given === known ? hashOf(change) > (current.remoteHash ?? '') : given > known;
}

/** What the service itself removed goes by versions alone; what was removed here comes back only by what is later than that. */
function isOfLaterThanRemoval(current: TimeEntry, change: Delivery, { hasPendingPush }: DecisionContext): boolean {
  const { entry } = change.facts;
  if (current.remoteHash === hashOfOurs(current)) return true;
  return !entry.isDeleted && !hasPendingPush && isNewer(entry.version, current.deletedAt);
}

function actionOf(current: TimeEntry, next: TimeEntry): 'created' | 'restored' | 'ended' | 'edited' {
  if (current.version === 0) return 'created';
  if (current.deletedAt !== null) return 'restored';
  return current.isRunning && !next.isRunning ? 'ended' : 'edited';
}
