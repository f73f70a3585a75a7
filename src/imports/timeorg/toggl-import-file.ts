import { durationText } from '../../common/csv-table.js';
import { readLocalTime, spanProblem } from '../local-times.js';
import type { TimeOrgRow } from './timeorg-backup.js';

export interface TogglRowFlags {
  email: string;
  client: string;
  project: string;
  tags: string;
  billable: 'Y' | 'N';
}

/** The columns of Toggl's import, in the order the migration script of old wrote them. */
export const TOGGL_HEADER = 'Email,Client,Project,Description,Start date,Start time,Duration,Tags,Billable\r\n';

/**
 * A row as Toggl's import takes it: times stay as the clock showed them. The duration is the whole one, beyond a day as well;
 * who is still logged in has none.
 */
export function togglLine(row: TimeOrgRow, flags: TogglRowFlags): string | { reason: string } {
  const span = readSpan(row);
  if ('reason' in span) return span;
  const [day, time] = span.start.toISOString().slice(0, 19).split('T');
  const { email, client, project, tags, billable } = flags;
  return `${[email, client, project, '', day!, time!, durationOf(span), tags, billable].map(field).join(',')}\r\n`;
}

interface Span {
  start: Date;
  end: Date | null;
}

function readSpan({ login, logout }: TimeOrgRow): Span | { reason: string } {
  const start = login === null ? null : readLocalTime(login, 'UTC');
  if (start === null) return { reason: `LoginTime “${login ?? ''}” is no possible time` };
  if (logout === null) return { start: start.instant, end: null };
  const end = readLocalTime(logout, 'UTC');
  if (end === null) return { reason: `LogoutTime “${logout}” is no possible time` };
  const problem = spanProblem(start.instant, end.instant);
  if (problem !== null) return { reason: `${problem}: ${login} to ${logout}` };
  return { start: start.instant, end: end.instant };
}

const durationOf = ({ start, end }: Span): string =>
  end === null ? '' : durationText((end.getTime() - start.getTime()) / 1000).padStart(8, '0');

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
