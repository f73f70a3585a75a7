import { DateTime } from 'luxon';
import type { ZohoLog, ZohoModel, ZohoPortal } from './model.js';
import { missing, refusal } from './refusal.js';
import { renderLog, type RenderOptions } from './render.js';

export interface ListOptions extends RenderOptions {
  /** Answers the ISO week of `start_date`, whatever `end_date` says. */
  ignoresEndDate: boolean;
  /** How a page says that more follow; `always` never says anything else. */
  nextPage: 'boolean' | 'text' | 'always';
  /** The page's info as a list of one. */
  hasInfoList: boolean;
  /** An empty list as "no content". */
  hasNoContent: boolean;
}

/** `GET /timelogs`: one type per call, everybody's logs, grouped by day. `undefined` is "no content". */
export function listLogs(
  model: ZohoModel,
  portal: ZohoPortal,
  query: URLSearchParams,
  options: ListOptions,
): object | undefined {
  const type = typeIn(query.get('module'));
  const [first, last] = daysIn(query, options);
  const logs = model
    .logsOf(portal.id)
    .filter((log) => log.type === type && log.date >= first && log.date <= last)
    .sort((a, b) => (a.date === b.date ? Number(BigInt(a.id) - BigInt(b.id)) : a.date < b.date ? -1 : 1));
  const { rows, info } = cut(logs, query, options);
  if (logs.length === 0 && options.hasNoContent) return undefined;
  const days = [...Map.groupBy(rows, (log) => log.date)].map(([date, ofDay]) => ({
    date,
    log_details: ofDay.map((log) => renderLog(model, log, options)),
  }));
  return { time_logs: days, page_info: options.hasInfoList ? [info] : info };
}

function typeIn(module: string | null): string {
  try {
    const type = (JSON.parse(module ?? '') as { type?: unknown }).type;
    if (type === 'task' || type === 'issue' || type === 'general') return type;
  } catch {
    // Refused below.
  }
  throw missing();
}

function daysIn(query: URLSearchParams, { ignoresEndDate }: ListOptions): [string, string] {
  const start = DateTime.fromISO(query.get('start_date') ?? '', { zone: 'utc' });
  const end = DateTime.fromISO(query.get('end_date') ?? '', { zone: 'utc' });
  if (!['day', 'week', 'month', 'customdate'].includes(query.get('view_type') ?? '')) throw missing();
  if (!start.isValid || !end.isValid) throw refusal(400, 'PATTERN_NOT_MATCHED', 'Dates must be YYYY-MM-DD.');
  if (!ignoresEndDate) return [start.toISODate(), end.toISODate()];
  const monday = start.startOf('week');
  return [monday.toISODate(), monday.plus({ days: 6 }).toISODate()];
}

function cut(logs: ZohoLog[], query: URLSearchParams, { nextPage }: ListOptions): { rows: ZohoLog[]; info: object } {
  const page = Number(query.get('page') ?? 1);
  const size = Math.min(200, Number(query.get('per_page') ?? 100));
  const hasNext = nextPage === 'always' || logs.length > page * size;
  return {
    rows: logs.slice((page - 1) * size, page * size),
    info: { page, per_page: size, has_next_page: nextPage === 'text' ? String(hasNext) : hasNext },
  };
}
