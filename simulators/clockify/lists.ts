import { DateTime } from 'luxon';
import { timeOf } from './entry-rules.js';
import type { ClockifyEntry, ClockifyModel, ClockifyUser, ClockifyWorkspace } from './model.js';
import { malformed } from './refusal.js';

const DEFAULT_SIZE = 50;
/** What Clockify's support has named; its documentation names none but for the running entries. */
const LARGEST_SIZE = 5000;

export interface Rows {
  rows: object[];
  isLast: boolean;
}

/** Pages count from 1; one past the end is empty, and the last. */
export function pageOf<T extends object>(
  all: readonly T[],
  query: URLSearchParams,
  render: (row: T) => object,
  { defaultSize = DEFAULT_SIZE, largestSize = LARGEST_SIZE } = {},
): Rows {
  const page = positiveOf(query, 'page', 1, Infinity);
  const size = positiveOf(query, 'page-size', defaultSize, largestSize);
  return { rows: all.slice((page - 1) * size, page * size).map(render), isLast: page * size >= all.length };
}

function positiveOf(query: URLSearchParams, name: string, fallback: number, largest: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < 1 || value > largest) throw malformed(name, text, 'int');
  return value;
}

/** `null` when the parameter is not given. */
export function flagOf(query: URLSearchParams, name: string): boolean | null {
  const text = query.get(name);
  if (text === null) return null;
  if (text !== 'true' && text !== 'false') throw malformed(name, text, 'boolean');
  return text === 'true';
}

/** The entries of one person, newest first, of a window by their start or only those that run. */
export function entriesOfUser(
  model: ClockifyModel,
  workspace: ClockifyWorkspace,
  person: ClockifyUser,
  query: URLSearchParams,
  windowZone: string | null,
): ClockifyEntry[] {
  const [from, to] = ['start', 'end'].map((name) => boundOf(query, name, windowZone));
  const isRunningOnly = query.get('in-progress') === 'true';
  return model
    .entriesOf(workspace.id, person.id)
    .filter(({ end }) => !isRunningOnly || end === null)
    .filter(({ start }) => start >= (from ?? -Infinity) && start <= (to ?? Infinity));
}

/** With a zone: the quirk. The UTC time is taken for a wall-clock time of that zone, which shifts it by the zone's offset. */
function boundOf(query: URLSearchParams, name: string, zone: string | null): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const time = timeOf(text, name);
  if (zone === null) return time;
  return DateTime.fromMillis(time, { zone: 'utc' }).setZone(zone, { keepLocalTime: true }).toMillis();
}
