import type { TogglEntry } from './model.js';
import { refusal } from './refusal.js';

export type Body = Record<string, unknown>;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Unix seconds; parts of a second are cut. */
export function parseTime(value: unknown, name: string): number {
  if (typeof value !== 'string' || !RFC3339.test(value) || Number.isNaN(Date.parse(value))) {
    throw refusal(400, `Invalid ${name}`);
  }
  const seconds = Math.floor(Date.parse(value) / 1000);
  const year = new Date(seconds * 1000).getUTCFullYear();
  if (year < 2006 || year > 2030) throw refusal(400, 'Start time year must be between 2006 and 2030');
  return seconds;
}

/** `start`, its date part replaced by `start_date` where that is given. */
export function parseStart(body: Body): number {
  const { start, start_date: date } = body;
  if (typeof start === 'string' && typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date)) {
    return parseTime(`${date}${start.slice(10)}`, 'start');
  }
  return parseTime(start, 'start');
}

export type Times = Pick<TogglEntry, 'start' | 'stop' | 'duration'>;

/** The times of a new entry. Without stop and duration it is neither running nor ended: `stop: null, duration: 0`. */
export function timesOfNew(body: Body): Times {
  if (body.start == null) throw refusal(400, 'start needs to be provided');
  const start = parseStart(body);
  if (body.stop == null && body.duration == null) return { start, stop: null, duration: 0 };
  return settle(start, body);
}

/** The times after a PUT that names some of them. */
export function timesAfter(entry: TogglEntry, body: Body): Times {
  const start = body.start == null ? entry.start : parseStart(body);
  if (body.stop != null || body.duration != null) return settle(start, body);
  if (entry.stop === null) return { start, stop: null, duration: entry.duration };
  return settle(start, { stop: new Date(entry.stop * 1000).toISOString() });
}

function settle(start: number, body: Body): Times {
  const duration = parseDuration(body.duration);
  const stop = body.stop == null ? null : parseTime(body.stop, 'stop');
  if (duration !== null && duration < 0) {
    if (stop !== null) throw refusal(400, 'A running time entry can not have a stop time');
    return { start, stop: null, duration };
  }
  const end = stop ?? start + (duration ?? 0);
  if (end < start) throw refusal(400, 'Stop time must be after start time');
  if (duration !== null && start + duration !== end) throw refusal(400, 'Start, stop and duration do not agree');
  return { start, stop: end, duration: end - start };
}

function parseDuration(value: unknown): number | null {
  if (value == null) return null;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw refusal(400, 'Invalid duration');
}
