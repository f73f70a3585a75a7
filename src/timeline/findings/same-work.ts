import { folded, wordsOf } from '../../common/whole-words.js';
import {
  endOf,
  IGNORE,
  nameOf,
  secondsBetween,
  timesOf,
  type Finding,
  type FindingEntry,
  type FixOption,
} from './finding.js';

/** What the review calls a small correction: two timers are not pressed in the same second, and minutes are rounded. */
const TOLERANCE_SECONDS = 5 * 60;
/** Of the longer one: five minutes are much of a short entry. */
const LEAST_SHARED = 0.8;
const LEAST_SIMILARITY = 0.6;

/**
 * The same time and nearly the same text at two places: work that was written down twice.
 * @param first the one that starts first
 */
export function sameWorkOf(first: FindingEntry, second: FindingEntry, now: Date): Finding | null {
  if (first.source === second.source && first.workspaceId === second.workspaceId) return null;
  if (first.isRunning !== second.isRunning) return null;
  const shared = sharedTime(first, second, now);
  const similarity = similarityOf(first, second);
  if (shared === null || similarity < LEAST_SIMILARITY) return null;
  const entries = [first.id, second.id];
  const id = nameOf(
    'same_work',
    entries,
    [first, second].map((entry) => [timesOf(entry), ...textOf(entry)]),
  );
  return {
    id,
    subject: id,
    kind: 'same_work',
    entries,
    evidence: { ...shared, similarity },
    fixes: [linkOf(first, second), IGNORE],
  };
}

/** The one that names its project counts, else the one that was here first; what is linked can be parted again. */
function linkOf(first: FindingEntry, second: FindingEntry): FixOption {
  const copy = [first, second].find(({ sameAsEntryId }) => sameAsEntryId === first.id || sameAsEntryId === second.id);
  if (copy !== undefined) {
    return { fix: 'unlink_same', changes: [{ kind: 'link', entryId: copy.id, sameAs: null }] };
  }
  const rank = ({ id, projectName }: FindingEntry): [number, number] => [projectName === null ? 1 : 0, id];
  const [kept, other] = [first, second].sort((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1]);
  return { fix: 'link_same', changes: [{ kind: 'link', entryId: other!.id, sameAs: kept!.id }] };
}

const textOf = ({ source, workspaceId, description, projectName }: FindingEntry): unknown[] => [
  source,
  workspaceId,
  description,
  projectName,
];

function sharedTime(first: FindingEntry, second: FindingEntry, now: Date) {
  const [firstEnd, secondEnd] = [endOf(first, now), endOf(second, now)];
  const start = second.startedAt;
  const end = firstEnd < secondEnd ? firstEnd : secondEnd;
  const lastEnd = firstEnd < secondEnd ? secondEnd : firstEnd;
  const startDifferenceSeconds = secondsBetween(first.startedAt, second.startedAt);
  const endDifferenceSeconds = secondsBetween(end, lastEnd);
  const seconds = secondsBetween(start, end);
  const isNear = startDifferenceSeconds <= TOLERANCE_SECONDS && endDifferenceSeconds <= TOLERANCE_SECONDS;
  const isShared = seconds > 0 && seconds >= LEAST_SHARED * secondsBetween(first.startedAt, lastEnd);
  return isNear && isShared ? { start, end, seconds, startDifferenceSeconds, endDifferenceSeconds } : null;
}

/** 1 for the same words, 0 for none in common. Where one has no text, the project speaks for both. */
function similarityOf(first: FindingEntry, second: FindingEntry): number {
  const [a, b] = [wordSet(first.description), wordSet(second.description)];
  if (a.size === 0 && b.size === 0 && first.projectName === null && second.projectName === null) return 1;
  if (a.size === 0 || b.size === 0) return diceOf(wordSet(first.projectName ?? ''), wordSet(second.projectName ?? ''));
  return diceOf(a, b);
}

const wordSet = (text: string): ReadonlySet<string> => new Set(wordsOf(folded(text)));

/** Twice what is common, of all. */
function diceOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  const common = [...a].filter((word) => b.has(word)).length;
  return Math.round(((2 * common) / (a.size + b.size)) * 1000) / 1000;
}
