import { FIELDS, type EntryField } from './columns.js';
import { sameTags, type TimeEntry } from './time-entry.js';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Diff = Record<string, { from: Json; to: Json }>;

/** Kept by the chain itself, so a snapshot cannot hold them. */
const CHAIN_FIELDS = new Set<EntryField>(['binnacleSequence', 'binnacleHead']);
/** What we know of the service's copy. It says nothing about time, so it is neither sealed nor a change of content. */
const SERVICE_FIELDS = ['remoteVersion', 'remoteHash', 'remoteSeen'] as const satisfies EntryField[];
/** They move with every write, so a difference in them alone is none. */
const BOOKKEEPING = new Set<EntryField>([
  ...CHAIN_FIELDS,
  ...SERVICE_FIELDS,
  'lateChangeCount',
  'version',
  'modifiedAt',
  'registerNumber',
  'registerUserId',
  'registerPreviousId',
]);

const UNSEALED = new Set<EntryField>([...CHAIN_FIELDS, ...SERVICE_FIELDS, 'lateChangeCount']);
const SNAPSHOT_FIELDS = FIELDS.filter((field) => !UNSEALED.has(field));
const CONTENT_FIELDS = FIELDS.filter((field) => !BOOKKEEPING.has(field));

/** The whole entry as the binnacle seals it. */
export function toSnapshot(entry: TimeEntry): Record<string, Json> {
  return Object.fromEntries(SNAPSHOT_FIELDS.map((field) => [field, toJson(entry[field])]));
}

/** Field by field what a change altered; empty when nothing of content moved. */
export function differences(before: TimeEntry | null, after: TimeEntry): Diff {
  const changed: Diff = {};
  for (const field of CONTENT_FIELDS) {
    // Most fields are the very same value: nothing to look at.
    if (before !== null && before[field] === after[field]) continue;
    const from = before === null ? null : toJson(before[field]);
    const to = toJson(after[field]);
    if (!isSame(field, from, to)) changed[field] = { from, to };
  }
  return changed;
}

/** Whether only our knowledge of the service's copy moved. */
export const serviceFieldsDiffer = (before: TimeEntry, after: TimeEntry): boolean =>
  SERVICE_FIELDS.some((field) => toJson(before[field]) !== toJson(after[field]));

function isSame(field: EntryField, from: Json, to: Json): boolean {
  if (field === 'tags' && Array.isArray(from) && Array.isArray(to)) return sameTags(from as string[], to as string[]);
  return from === to || (typeof from === 'object' && JSON.stringify(from) === JSON.stringify(to));
}

function toJson(value: TimeEntry[EntryField]): Json {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  return value;
}
