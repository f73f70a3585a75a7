import { oneLine } from '../../../common/one-line.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import { checkedId } from './desk.client.js';
import {
  countOf,
  idOf,
  idOrNull,
  instantOf,
  isId,
  isRow,
  isTrue,
  ShapeError,
  textOf,
  type Row,
} from './desk.shapes.js';
import { ticketName } from './desk.tickets.js';

/** What time is written on. The API cannot delete what stands on a task. */
export type Module = 'tickets' | 'tasks';
export const MODULES: readonly Module[] = ['tickets', 'tasks'];

export interface Parent {
  module: Module;
  id: string;
}

/** What it takes to find an entry at Desk, which asks for its parent with each call. */
export interface EntryAddress {
  parent: Parent;
  id: string;
}

/** One time entry of Desk, read. */
export interface DeskEntry extends EntryAddress {
  ticketId: string | null;
  parentName: string | null;
  ownerId: string | null;
  /** `null` in rows that Desk's own examples have: such an entry lies nowhere in time. */
  start: Date | null;
  seconds: number;
  text: string;
  chargeType: string | null;
  isBillable: boolean;
  isBilled: boolean;
  isTrashed: boolean;
}

/** The only values Desk documents for a request's charge type. */
const CHARGE_TYPES = ['Customer Service', 'Upgrade Request', 'Product Consultation', 'Support and Maintenance'];
const LONGEST_HOURS = 999;

export const toExternalId = ({ parent, id }: EntryAddress): string => `${parent.module}:${parent.id}:${id}`;

/** @throws ProviderError `rejected` for an id that cannot be Desk's */
export function readExternalId(externalId: string): EntryAddress {
  const [moduleName, parentId = '', id = '', ...rest] = externalId.split(':');
  const module = MODULES.find((known) => known === moduleName);
  if (module !== undefined && isId(parentId) && isId(id) && rest.length === 0) {
    return { parent: { module, id: parentId }, id };
  }
  throw new ProviderError('rejected', 'This entry does not belong to Zoho Desk: its id has another form.');
}

/** @param known the parent, where the call named it */
export function toEntry(row: Row, known?: Parent): DeskEntry {
  const parent = isRow(row.parent) ? row.parent : {};
  const where = known ?? parentIn(row, parent);
  const isTicket = where.module === 'tickets';
  const owner = isRow(row.owner) ? row.owner : {};
  return {
    id: idOf(row.id),
    parent: where,
    ticketId: isTicket ? where.id : (idOrNull(parent.associatedTicketId) ?? idOrNull(row.requestId)),
    parentName: (isTicket ? ticketName(parent.ticketNumber, parent.subject) : textOf(parent.subject)) || null,
    ownerId: idOrNull(row.ownerId) ?? idOrNull(owner.id),
    start: instantOf(row.executedTime),
    seconds: countOf(row.hoursSpent) * 3600 + countOf(row.minutesSpent) * 60 + countOf(row.secondsSpent),
    text: textOf(row.description),
    chargeType: CHARGE_TYPES.find((type) => type === row.requestChargeType) ?? null,
    isBillable: isTrue(row.isBillable),
    isBilled: idOrNull(row.invoiceId) !== null,
    isTrashed: isTrue(row.isTrashed),
  };
}

/** The type of a parent comes as text, or as a list of one. */
function parentIn(row: Row, parent: Row): Parent {
  const type = Array.isArray(parent.type) ? (parent.type as unknown[])[0] : parent.type;
  const named = textOf(type).toLowerCase();
  const module = MODULES.find((known) => known === named) ?? (idOrNull(row.taskId) === null ? 'tickets' : 'tasks');
  const id = idOrNull(parent.id) ?? idOrNull(module === 'tasks' ? row.taskId : row.requestId);
  if (id === null) throw new ShapeError('an entry names no parent');
  return { module, id };
}

/** `null` for an entry that lies nowhere in time. */
export function toRemoteEntry(entry: DeskEntry, connection: Connection): RemoteEntry | null {
  const { parent, start } = entry;
  if (start === null) return null;
  const isTask = parent.module === 'tasks';
  return {
    externalId: toExternalId(entry),
    workspaceId: connection.workspaceId,
    accountId: entry.ownerId ?? connection.accountId,
    ...wordsOf(entry),
    projectExternalId: entry.ticketId,
    projectName: isTask ? null : entry.parentName,
    taskExternalId: isTask ? parent.id : null,
    taskName: isTask ? entry.parentName : null,
    tags: undefined,
    isBillable: entry.isBillable,
    start,
    end: new Date(start.getTime() + entry.seconds * 1000),
    isRunning: false,
    isDeleted: entry.isTrashed,
    version: null,
    timePrecision: 'second',
  };
}

/** A charge type says what was done, and leaves the text to the notes; otherwise the text's first line does. */
function wordsOf({ chargeType, text }: DeskEntry): { description: string; notes: string | null } {
  if (chargeType !== null) return { description: chargeType, notes: text.trim() || null };
  const [first = '', ...rest] = text.split('\n');
  return { description: first.trim(), notes: rest.join('\n').trim() || null };
}

/** @throws ProviderError `rejected` for a ticket or task that cannot be Desk's */
export function parentOf(draft: EntryDraft): Parent {
  if (draft.taskExternalId !== null) return { module: 'tasks', id: checkedId(draft.taskExternalId, 'task') };
  return { module: 'tickets', id: checkedId(draft.projectExternalId ?? '', 'project') };
}

/** The charge type that a draft's words are, if they are one. */
export function chargeTypeOf({ description }: Pick<EntryDraft, 'description'>): string | null {
  return CHARGE_TYPES.find((type) => type === description.trim()) ?? null;
}

export interface Times {
  start: Date;
  seconds: number;
}

/** What Desk keeps of a draft's times: both cut to the second, at least one second long. */
export function timesOf({ start, end }: Pick<EntryDraft, 'start' | 'end'>): Times {
  const [from, to] = [start, end!].map((time) => Math.floor(time.getTime() / 1000));
  return { start: new Date(from! * 1000), seconds: Math.max(1, to! - from!) };
}

/** All of an entry that is ours to say; unknown fields would be refused. */
export function toBody(draft: EntryDraft): Record<string, string | boolean> {
  const { start, seconds } = timesOf(draft);
  const hours = Math.floor(seconds / 3600);
  if (hours > LONGEST_HOURS) {
    throw new ProviderError('rejected', `Zoho Desk keeps at most ${LONGEST_HOURS} hours in one entry.`);
  }
  const chargeType = chargeTypeOf(draft);
  const words = oneLine(draft.description);
  const lines = [...(chargeType === null ? [words] : []), (draft.notes ?? '').trim()];
  return {
    // Offsets are not taken, and milliseconds not kept.
    executedTime: start.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    hoursSpent: String(hours),
    minutesSpent: String(Math.floor((seconds % 3600) / 60)),
    secondsSpent: String(seconds % 60),
    description: lines.join('\n').trimEnd(),
    isBillable: draft.isBillable,
    ...(chargeType !== null && { requestChargeType: chargeType }),
  };
}
