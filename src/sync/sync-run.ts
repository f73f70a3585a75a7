/** How far a walk over many days came: a crash goes on here, and only a walk that reached its end may delete. */
export interface WalkProgress {
  /** ISO instants. */
  from: string;
  to: string;
  doneUntil: string;
}

/** What a sync of one integration did, or would do. */
export interface SyncCounts {
  created: number;
  updated: number;
  deleted: number;
  conflicts: number;
  unchanged: number;
  /** Rows of the service that cannot be: their reason stands in the status. */
  skipped: number;
}

export const noCounts = (): SyncCounts => ({
  created: 0,
  updated: 0,
  deleted: 0,
  conflicts: 0,
  unchanged: 0,
  skipped: 0,
});

const DAY = 86_400_000;
/** One step of a walk: what is lost at most by a crash. */
const STEP_DAYS = 7;
/** Overlap of two incremental reads: the clocks of both sides may differ. */
const OVERLAP_MILLISECONDS = 2 * 60_000;
/** However cheap the changes are, once a day everything is looked at. */
const WALK_EVERY_MILLISECONDS = DAY;

export interface ReadPlan {
  kind: 'changes' | 'walk';
  since?: Date;
  walk?: WalkProgress;
}

export interface ReadFacts {
  now: Date;
  days: number;
  isIncremental: boolean;
  changesSince: Date | null;
  walkedAt: Date | null;
  walk: WalkProgress | null;
  /** A person asked for these days: they are walked whatever the cursor says. */
  isAsked: boolean;
}

/** Whether the changes since the last read are enough, or the days have to be walked. Pure. */
export function planRead(facts: ReadFacts): ReadPlan {
  if (facts.walk !== null && !facts.isAsked) return { kind: 'walk', walk: facts.walk };
  const walkIsFresh =
    facts.walkedAt !== null && facts.now.getTime() - facts.walkedAt.getTime() < WALK_EVERY_MILLISECONDS;
  if (facts.isIncremental && facts.changesSince !== null && walkIsFresh && !facts.isAsked) {
    return { kind: 'changes', since: new Date(facts.changesSince.getTime() - OVERLAP_MILLISECONDS) };
  }
  return { kind: 'walk', walk: freshWalk(facts.now, facts.days) };
}

/** A walk over the last days that has not begun. */
export function freshWalk(now: Date, days: number): WalkProgress {
  const from = new Date(now.getTime() - days * DAY).toISOString();
  // A day ahead: somebody may have planned an entry, and clocks differ.
  return { from, to: new Date(now.getTime() + DAY).toISOString(), doneUntil: from };
}

/** The next step of a walk, or `null` when it has reached its end. */
export function nextStep(walk: WalkProgress): { from: Date; to: Date } | null {
  const from = new Date(walk.doneUntil);
  const end = new Date(walk.to);
  if (from >= end) return null;
  const rest = end.getTime() - from.getTime();
  // A short rest is not worth a call of its own.
  const length = rest <= (STEP_DAYS + 2) * DAY ? rest : STEP_DAYS * DAY;
  return { from, to: new Date(from.getTime() + length) };
}

export function addCounts(sum: SyncCounts, more: SyncCounts): void {
  for (const name of Object.keys(sum) as (keyof SyncCounts)[]) sum[name] += more[name];
}
