import type { SessionFilter } from './session-filter.js';

type Part = keyof SessionFilter;

/** What each part of a filter asks, where its value stands at `place`. */
const CONDITION_OF: Record<Part, (place: string) => string> = {
  userIds: (place) => `te.user_id = any(${place})`,
  projectName: (place) => `lower(te.project_name) = lower(${place})`,
  taskName: (place) => `lower(te.task_name) = lower(${place})`,
  from: (place) => `te.started_at >= ${place}`,
  to: (place) => `te.started_at < ${place}`,
  status: (place) => `te.review_status = ${place}`,
  externalId: (place) => `te.external_id = ${place}`,
  projectId: (place) => `te.project_external_id = ${place}`,
  workspaceId: (place) => `te.workspace_id = ${place}`,
  source: (place) => `te.source = lower(${place})`,
  isRunning: (place) => `te.is_running = ${place}`,
  isOvertime: (place) => `te.is_overtime = ${place}`,
  isEnabled: (place) => `(te.deleted_at is null) = ${place}`,
};

/** `null` asks for those without. */
const WITHOUT: Partial<Record<Part, string>> = {
  projectName: 'te.project_name is null',
  taskName: 'te.task_name is null',
};

/**
 * A filter as SQL over `te` (time_entries) that goes on after a start and an id. Nothing of what was asked stands in the texts:
 * it is all in the values.
 */
export function conditionsOf(
  filter: SessionFilter,
  after: readonly [number, number] | null,
): { texts: string[]; values: unknown[] } {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const texts = (Object.keys(CONDITION_OF) as Part[])
    .filter((part) => filter[part] !== undefined)
    .map((part) => conditionOf(part, filter[part], place));
  if (after !== null) texts.push(`(te.started_at, te.id) > (${place(new Date(after[0]))}, ${place(after[1])})`);
  return { texts, values };
}

function conditionOf(part: Part, value: SessionFilter[Part], place: (value: unknown) => string): string {
  if (value === null) return WITHOUT[part]!;
  // One person is the usual case, and then the index gives the order too.
  if (part === 'userIds' && (value as number[]).length === 1) return `te.user_id = ${place((value as number[])[0])}`;
  return CONDITION_OF[part](place(value));
}
