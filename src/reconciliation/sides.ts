import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { durationSeconds, normaliseTags, sameTags, type TimeEntry } from '../time-entries/time-entry.js';

/** An entry as one side shows it. */
export interface Side {
  task: string;
  /** Its name, or its id at the service where nobody knows the name. */
  project: string | null;
  projectExternalId: string | null;
  start: Date;
  end: Date | null;
  /** Exact; `null` while there is no end, or where it ends before it starts. */
  seconds: number | null;
  isRunning: boolean;
  isBillable: boolean;
  /** `null` where the service has no tags. */
  tags: readonly string[] | null;
}

export type DifferentField = 'start' | 'end' | 'running' | 'task' | 'project' | 'tags' | 'billable';
export type FieldValue = string | boolean | Date | readonly string[] | null;

export interface Difference {
  field: DifferentField;
  here: FieldValue;
  there: FieldValue;
}

export const sideOfOurs = (entry: TimeEntry): Side => ({
  task: entry.description,
  project: entry.projectName ?? entry.projectExternalId,
  projectExternalId: entry.projectExternalId,
  start: entry.startedAt,
  end: entry.endedAt,
  seconds: durationSeconds(entry),
  isRunning: entry.isRunning,
  isBillable: entry.isBillable,
  tags: entry.tags,
});

/** @param projectNames names of the service's projects by their ids, for services that show ids alone */
export function sideOfTheirs(entry: RemoteEntry, projectNames: ReadonlyMap<string, string>): Side {
  const { projectExternalId: id, start, end } = entry;
  const seconds = durationSeconds({ startedAt: start, endedAt: end });
  return {
    task: entry.description,
    project: id === null ? null : (projectNames.get(id) ?? entry.projectName ?? id),
    projectExternalId: id,
    start,
    end,
    seconds: seconds === null || seconds < 0 ? null : seconds,
    isRunning: entry.isRunning,
    isBillable: entry.isBillable,
    tags: entry.tags === undefined ? null : normaliseTags(entry.tags),
  };
}

/**
 * Field by field what the sides say differently: times to the second, which is what services keep, and tags as a set. Fields a
 * service does not have, and notes, which come back in another spelling, are not compared. Pure.
 */
export function differencesOf(here: Side, there: Side): Difference[] {
  const same: Record<DifferentField, boolean> = {
    start: sameSecond(here.start, there.start),
    end: sameSecond(here.end, there.end),
    running: here.isRunning === there.isRunning,
    task: here.task === there.task,
    project: here.projectExternalId === there.projectExternalId,
    tags: here.tags === null || there.tags === null || sameTags(here.tags, there.tags),
    billable: here.isBillable === there.isBillable,
  };
  const fields = (Object.keys(same) as DifferentField[]).filter((field) => !same[field]);
  return fields.map((field) => ({ field, here: here[MEMBER[field]], there: there[MEMBER[field]] }));
}

const MEMBER = {
  start: 'start',
  end: 'end',
  running: 'isRunning',
  task: 'task',
  project: 'project',
  tags: 'tags',
  billable: 'isBillable',
} as const satisfies Record<DifferentField, keyof Side>;

function sameSecond(a: Date | null, b: Date | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.floor(a.getTime() / 1000) === Math.floor(b.getTime() / 1000);
}
