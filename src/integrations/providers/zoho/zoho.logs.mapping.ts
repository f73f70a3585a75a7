import { parseInstant } from '../../../common/instant.js';
import { plainText, readMarker, type PartMarker } from './zoho.notes.js';
import { asRow, firstText, idOf, isRow, rowsIn, ShapeError, textOf, type Row } from './zoho.shapes.js';
import { isDay, minutesIn, type LogTimes } from './zoho.times.js';

/** What time is written on: a task, an issue, or the project as a whole. */
export type LogType = 'task' | 'issue' | 'general';
export const LOG_TYPES: readonly LogType[] = ['general', 'task', 'issue'];

/** One row of Zoho's timesheet. */
export interface ZohoLog extends LogTimes {
  id: string;
  projectId: string;
  projectName: string | null;
  type: LogType;
  /** The task or issue; `null` for a general log. */
  itemId: string | null;
  itemName: string | null;
  /** The name of a general log. */
  logName: string;
  /** Plain text without the marker. */
  notes: string;
  marker: PartMarker | null;
  isBillable: boolean;
  ownerId: string;
  ownerName: string | null;
  version: Date | null;
}

/** What is known of a log before its answer is read: from the question, or from what was written. */
export interface KnownOfLog {
  type: LogType;
  projectId?: string;
  ownerId?: string;
}

/** The logs of a list, which Zoho groups by day. */
export function toLogs(value: unknown, type: LogType): ZohoLog[] {
  if (value !== undefined && !isRow(value)) throw new ShapeError('an object was expected');
  return rowsIn(value, 'time_logs').flatMap((day) =>
    rowsIn(day.log_details, 'log_details').map((row) => toLog({ date: day.date, ...row }, { type })),
  );
}

/** The one log in an answer: bare, or in the wrapping of a list. */
export function toOneLog(value: unknown, known: KnownOfLog): ZohoLog {
  const row = asRow(value);
  if (row.time_logs === undefined) return toLog(row, known);
  const [log] = rowsIn(row.time_logs, 'time_logs').flatMap((day) => rowsIn(day.log_details, 'log_details'));
  if (log === undefined) throw new ShapeError('there is no log in it');
  return toLog(log, known);
}

function toLog(row: Row, known: KnownOfLog): ZohoLog {
  const { text, marker } = readMarker(plainText(firstText(row.notes, row.log_notes)));
  const type = typeOf(row, known.type);
  return {
    id: idOf(row.id),
    ...timesOf(row),
    ...projectOf(row, known),
    type,
    ...itemOf(row, type),
    logName: firstText(row.log_name, row.name),
    notes: text,
    marker,
    isBillable: /^billable$/i.test(firstText(row.billing_status, row.bill_status)),
    ...ownerOf(row, known),
    version: instantOf(row.last_modified_time),
  };
}

function timesOf(row: Row): LogTimes {
  const date = textOf(row.date).slice(0, 10);
  if (!isDay(date)) throw new ShapeError('a day is missing or not YYYY-MM-DD');
  const minutes = minutesIn(firstText(row.log_hour, row.hours));
  if (minutes === null) throw new ShapeError('hours are missing or not HH:MM');
  return { date, minutes, startTime: textOf(row.start_time) || null, endTime: textOf(row.end_time) || null };
}

/** Zoho calls an issue `bug` in some places. */
function typeOf(row: Row, asked: LogType): LogType {
  const type = textOf(row.type).toLowerCase();
  if (type === 'bug') return 'issue';
  return LOG_TYPES.find((known) => known === type) ?? asked;
}

function projectOf(row: Row, { projectId }: KnownOfLog): Pick<ZohoLog, 'projectId' | 'projectName'> {
  const project = isRow(row.project) ? row.project : {};
  const id = project.id === undefined && projectId !== undefined ? projectId : idOf(project.id);
  return { projectId: id, projectName: textOf(project.name) || null };
}

function itemOf(row: Row, type: LogType): Pick<ZohoLog, 'itemId' | 'itemName'> {
  if (type === 'general') return { itemId: null, itemName: null };
  const item = asRow(row.module_detail);
  return { itemId: idOf(item.id), itemName: textOf(item.name) || null };
}

function ownerOf(row: Row, { ownerId }: KnownOfLog): Pick<ZohoLog, 'ownerId' | 'ownerName'> {
  const owner = isRow(row.owner) ? row.owner : {};
  const id = owner.zpuid === undefined && ownerId !== undefined ? ownerId : idOf(owner.zpuid);
  return { ownerId: id, ownerName: textOf(owner.name) || null };
}

function instantOf(value: unknown): Date | null {
  const parsed = typeof value === 'string' ? parseInstant(value) : undefined;
  return parsed?.ok === true ? parsed.instant : null;
}
