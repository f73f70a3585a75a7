import { canonicalJson, sha256 } from '../../common/hashing.js';
import type { TimeEntry } from '../../time-entries/time-entry.js';

export const FINDING_KINDS = ['overlap', 'gap', 'same_work', 'too_long', 'forgotten_timer'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export const FIXES = [
  'trim_first',
  'trim_second',
  'split_first',
  'trim_end',
  'close_timer',
  'link_same',
  'unlink_same',
  'ignore',
  'unignore',
] as const;
export type FixName = (typeof FIXES)[number];

/** Other times for an entry, or for a second one with its content. */
export interface FixChange {
  kind: 'times' | 'copy';
  entryId: number;
  start: Date;
  end: Date | null;
}

/** That an entry is the work of another one, and counts no more; `null`: it counts again. */
export interface LinkChange {
  kind: 'link';
  entryId: number;
  sameAs: number | null;
}

/** One way out of a finding, and exactly what it would do. */
export interface FixOption {
  fix: FixName;
  changes: (FixChange | LinkChange)[];
}

/** What a finding rests on, in exact instants and seconds. */
export interface Evidence {
  start: Date;
  end: Date;
  seconds: number;
  /** What it is measured against. */
  limitSeconds?: number;
  startDifferenceSeconds?: number;
  endDifferenceSeconds?: number;
  similarity?: number;
  proposedEnd?: Date;
  basis?: 'next_entry' | 'usual_end' | 'eight_hours';
}

/** Something in a timeline that somebody should look at. */
export interface Finding {
  /** Made of the facts it rests on: other facts, another finding. */
  id: string;
  /** What is ignored with it: the facts without the proposal, which may improve. */
  subject: string;
  kind: FindingKind;
  entries: number[];
  evidence: Evidence;
  fixes: FixOption[];
}

/** One as it is shown: what its user has ignored can be looked at again, and taken back. */
export type ShownFinding = Finding & { isIgnored: boolean };

/** What findings are made from. */
export type FindingEntry = Pick<
  TimeEntry,
  | 'id'
  | 'source'
  | 'workspaceId'
  | 'description'
  | 'projectName'
  | 'startedAt'
  | 'endedAt'
  | 'isRunning'
  | 'timePrecision'
  | 'sameAsEntryId'
>;

export const IGNORE: FixOption = { fix: 'ignore', changes: [] };

const UNIGNORE: FixOption = { fix: 'unignore', changes: [] };

export const asShown = (finding: Finding, isIgnored: boolean): ShownFinding => ({
  ...finding,
  isIgnored,
  fixes: isIgnored ? finding.fixes.map((option) => (option.fix === 'ignore' ? UNIGNORE : option)) : finding.fixes,
});

export const secondsBetween = (start: Date, end: Date): number => (end.getTime() - start.getTime()) / 1000;

/** Whether its times can be compared with others': it has both, and they are times of day. */
export const isTimed = ({ endedAt, isRunning, timePrecision }: FindingEntry): boolean =>
  timePrecision === 'second' && (endedAt !== null || isRunning);

/** Where it ends; what runs has come as far as now. */
export const endOf = ({ startedAt, endedAt }: FindingEntry, now: Date): Date =>
  endedAt ?? (now > startedAt ? now : startedAt);

/** The facts of an entry that findings about its times rest on; how far a running one has come is none. */
export const timesOf = ({ id, startedAt, endedAt, isRunning }: FindingEntry): unknown => [
  id,
  startedAt,
  endedAt,
  isRunning,
];

export const nameOf = (kind: FindingKind, entries: readonly number[], facts: unknown): string =>
  `${kind}.${entries.join('-')}.${sha256(canonicalJson([kind, facts]))
    .toString('base64url')
    .slice(0, 22)}`;

export interface FindingReference {
  kind: FindingKind;
  entries: number[];
}

const NAME = new RegExp(String.raw`^(${FINDING_KINDS.join('|')})\.([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?\.[\w-]{22}$`);

/** Which entries a finding is about, by its id; `null` for what is no id of a finding. */
export function referenceOf(id: string): FindingReference | null {
  const match = NAME.exec(id);
  if (match === null) return null;
  const kind = match[1] as FindingKind;
  const entries = match.slice(2).flatMap((text) => (text === undefined ? [] : [Number(text)]));
  const isAboutOne = kind === 'too_long' || kind === 'forgotten_timer';
  return new Set(entries).size === entries.length && entries.length === (isAboutOne ? 1 : 2) ? { kind, entries } : null;
}
