import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { SyncState } from '../logs/sync-state.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { differencesOf, sideOfOurs, sideOfTheirs, type Difference, type Side } from './sides.js';

export interface Window {
  from: Date;
  to: Date;
}

/** An entry of the ledger with what is known of its way to the service. */
export interface LedgerEntry {
  entry: TimeEntry;
  sync: SyncState;
  /** Its create was sent and nobody has written the answer down: it may stand there under an id we do not know. */
  mayBeThere: boolean;
}

/**
 * - `different`: on both sides, and not equal in content
 * - `locked`: changed or removed at the service after a person approved it here
 */
export type RowStatus = 'matched' | 'different' | 'only_there' | 'only_here' | 'locked';

/**
 * Why the sides do not agree, as far as it is known.
 *
 * - `incomplete`: the service needs more of it, and `detail` names what
 * - `pending`, `failed`, `unknown`: how far its push is, with its error in `detail`
 * - `never_sent`: no push of it was ever asked for, or its account was disconnected before
 * - `gone`: the service had it and shows it no more
 * - `unread`: no sync has brought it yet, or brought it back
 * - `removed_here`: it was removed or moved away here, and its removal there is still to come
 * - `impossible`: it ends before it starts, so no sync will bring it
 */
export type RowReason =
  'incomplete' | 'pending' | 'failed' | 'unknown' | 'never_sent' | 'gone' | 'unread' | 'removed_here' | 'impossible';

export interface Row {
  status: RowStatus;
  reason: RowReason | null;
  detail: string | null;
  entryId: number | null;
  externalId: string | null;
  here: Side | null;
  there: Side | null;
  differences: Difference[];
}

export interface Summary extends Record<RowStatus, number> {
  /** Exact sums of the whole entries that start in the window on that side; what runs has no length yet. */
  secondsThere: number;
  secondsHere: number;
}

export interface Comparison {
  summary: Summary;
  rows: Row[];
}

export interface BothSides {
  window: Window;
  here: readonly LedgerEntry[];
  there: readonly RemoteEntry[];
  /** What was removed here and may still stand there: external id → the last failure of its removal. */
  removed: ReadonlyMap<string, string | null>;
  /** Names of the service's projects by their ids there. */
  projectNames: ReadonlyMap<string, string>;
}

interface Pair {
  here: LedgerEntry | null;
  there: RemoteEntry | null;
}

/**
 * Holds both sides against each other. An entry belongs to the window in which it *starts*, and counts as a whole: so the
 * totals of neighbouring windows add up. One that starts in different windows on both sides is a row of both. Pure.
 */
export function compare(both: BothSides): Comparison {
  const rows = pairsOf(both)
    .map((pair) => rowOf(pair, both))
    .filter(({ here, there }) => startsIn(here, both.window) || startsIn(there, both.window))
    .sort(byStart);
  return { summary: summaryOf(rows, both.window), rows };
}

/** By the service's id; a create whose answer is missing by start, text and project. Nothing is used twice. */
function pairsOf({ here, there }: BothSides): Pair[] {
  const unpaired = new Map(there.map((remote) => [remote.externalId, remote]));
  const take = (remote: RemoteEntry | undefined): RemoteEntry | null => {
    if (remote !== undefined) unpaired.delete(remote.externalId);
    return remote ?? null;
  };
  const linked = here.map((ours): Pair => {
    const { externalId } = ours.entry;
    return { here: ours, there: externalId === null ? null : take(unpaired.get(externalId)) };
  });
  const twins = new Map([...unpaired.values()].map((remote) => [twinKey(remote.start, remote), remote]));
  const pairs = linked.map((pair): Pair => {
    const ours = pair.here!;
    if (pair.there !== null || !ours.mayBeThere || ours.entry.externalId !== null) return pair;
    const twin = twins.get(twinKey(ours.entry.startedAt, ours.entry));
    return twin !== undefined && unpaired.has(twin.externalId) ? { here: ours, there: take(twin) } : pair;
  });
  return [...pairs, ...[...unpaired.values()].map((remote) => ({ here: null, there: remote }))];
}

const twinKey = (
  start: Date,
  { description, projectExternalId }: Pick<RemoteEntry, 'description' | 'projectExternalId'>,
) => JSON.stringify([Math.floor(start.getTime() / 1000), description, projectExternalId]);

function rowOf({ here, there }: Pair, both: BothSides): Row {
  const ours = here && sideOfOurs(here.entry);
  const theirs = there && sideOfTheirs(there, both.projectNames);
  const differences = ours && theirs ? differencesOf(ours, theirs) : [];
  const verdict = here === null ? verdictOnTheirs(there!, both) : verdictOnOurs(here, theirs !== null, differences);
  const externalId = (there ?? here!.entry).externalId;
  return { ...verdict, entryId: here?.entry.id ?? null, externalId, here: ours, there: theirs, differences };
}

type Verdict = Pick<Row, 'status' | 'reason' | 'detail'>;

function verdictOnTheirs(there: RemoteEntry, { removed }: BothSides): Verdict {
  const failure = removed.get(there.externalId);
  if (failure !== undefined) return { status: 'only_there', reason: 'removed_here', detail: failure };
  const isImpossible = there.end !== null && there.end < there.start;
  return { status: 'only_there', reason: isImpossible ? 'impossible' : 'unread', detail: null };
}

function verdictOnOurs({ entry, sync }: LedgerEntry, isThere: boolean, differences: readonly Difference[]): Verdict {
  if (isThere && differences.length === 0) return { status: 'matched', reason: null, detail: null };
  const reason = onItsWay(sync) ?? (isThere ? null : absenceOf(entry));
  const detail = reason === null ? null : detailOf(sync);
  if (entry.isLocked && (isThere || reason === 'gone')) return { status: 'locked', reason, detail };
  return { status: isThere ? 'different' : 'only_here', reason, detail };
}

const absenceOf = ({ externalId }: TimeEntry): RowReason => (externalId === null ? 'never_sent' : 'gone');

/** Whether our own word has still to reach the service, or cannot. */
function onItsWay({ state }: SyncState): RowReason | null {
  return state === 'synced' || state === 'local' ? null : state;
}

const detailOf = ({ state, missing, error }: SyncState): string | null =>
  state === 'incomplete' ? `It still needs: ${missing.join(', ')}` : error;

/** By the whole second, as services keep it: the same entry must not fall into different windows for its milliseconds. */
function startsIn(side: Side | null, { from, to }: Window): boolean {
  if (side === null) return false;
  const second = Math.floor(side.start.getTime() / 1000) * 1000;
  return second >= from.getTime() && second < to.getTime();
}

export const startOf = ({ here, there }: Pick<Row, 'here' | 'there'>): Date => (here ?? there)!.start;

const byStart = (a: Row, b: Row): number =>
  startOf(a).getTime() - startOf(b).getTime() ||
  (a.entryId ?? Infinity) - (b.entryId ?? Infinity) ||
  (a.externalId ?? '').localeCompare(b.externalId ?? '');

function summaryOf(rows: readonly Row[], window: Window): Summary {
  const summary: Summary = {
    matched: 0,
    only_there: 0,
    only_here: 0,
    different: 0,
    locked: 0,
    secondsThere: sumOf(
      rows.map(({ there }) => there),
      window,
    ),
    secondsHere: sumOf(
      rows.map(({ here }) => here),
      window,
    ),
  };
  for (const { status } of rows) summary[status] += 1;
  return summary;
}

/** Summed as whole milliseconds: fractions of seconds would not add up exactly. */
function sumOf(sides: readonly (Side | null)[], window: Window): number {
  const counted = sides.filter((side) => startsIn(side, window));
  return counted.reduce((sum, side) => sum + Math.round((side!.seconds ?? 0) * 1000), 0) / 1000;
}
