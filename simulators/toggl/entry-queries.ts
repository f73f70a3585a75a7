import { parseTime } from './entry-times.js';
import type { TogglEntry, TogglModel, TogglUser } from './model.js';
import { refusal } from './refusal.js';

const CAP = 1000;
const DAY = 86_400;
/** Without a range Toggl answers the latest days only. */
const LATEST_DAYS = 9;

/** `GET /me/time_entries`: newest first, never more than 1000, no pages. */
export function listEntries(
  model: TogglModel,
  user: TogglUser,
  query: URLSearchParams,
  historyDays: number,
): TogglEntry[] {
  if (query.has('since') && query.has('before')) {
    throw refusal(400, "'since' and 'before' can not be present simultaneously");
  }
  const isWanted = query.has('since')
    ? changedSince(model, query, historyDays)
    : startedWithin(model, query, historyDays);
  return model
    .entriesOf(user.id)
    .filter(isWanted)
    .sort((a, b) => b.start - a.start || Number(b.id - a.id))
    .slice(0, CAP);
}

type Test = (entry: TogglEntry) => boolean;

/** Deleted ones included. */
function changedSince(model: TogglModel, query: URLSearchParams, historyDays: number): Test {
  const since = Number(query.get('since'));
  if (!Number.isInteger(since)) throw refusal(400, 'Invalid since');
  assertRecent(model, since, historyDays, 'since');
  return (entry) => entry.at >= since * 1e6;
}

function startedWithin(model: TogglModel, query: URLSearchParams, historyDays: number): Test {
  const [start, end, before] = ['start_date', 'end_date', 'before'].map((name) => timeIn(query, name));
  if ((start === null) !== (end === null)) throw refusal(400, 'start_date and end_date must be used together');
  if (start != null) assertRecent(model, start, historyDays, 'start_date');
  const from = start ?? (before == null ? model.nowSeconds() - LATEST_DAYS * DAY : 0);
  const to = end ?? before ?? Infinity;
  return (entry) => entry.deletedAt === null && entry.start >= from && entry.start < to;
}

function timeIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  return parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text, name);
}

function assertRecent(model: TogglModel, time: number, historyDays: number, name: string): void {
  const earliest = Math.floor(model.nowSeconds() / DAY) * DAY - historyDays * DAY;
  if (time >= earliest) return;
  const day = new Date(earliest * 1000).toISOString().slice(0, 10);
  throw refusal(400, `${name} must not be earlier than ${day}`);
}
