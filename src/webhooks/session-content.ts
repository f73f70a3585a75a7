import { canonicalJson, sha256 } from '../common/hashing.js';
import { COLUMNS, type EntryField } from '../time-entries/columns.js';
import type { SessionKey, SessionRow } from './told.js';

/** Numbers and moments of this database, its seals, and what it knows of other parts of it: not what a session says. */
const NOT_CONTENT = new Set<EntryField>([
  'id',
  'integrationId',
  'projectId',
  'remoteVersion',
  'remoteHash',
  'remoteSeen',
  'version',
  'registerNumber',
  'registerUserId',
  'registerPreviousId',
  'binnacleSequence',
  'binnacleHead',
  'createdAt',
  'modifiedAt',
]);

/** What a session says, by column; of a removal only that it happened. */
export function contentOf(row: SessionRow): Record<string, unknown> {
  const fields = (Object.keys(COLUMNS) as EntryField[]).filter((field) => !NOT_CONTENT.has(field));
  return Object.fromEntries(
    fields.map((field) => {
      const value = row[COLUMNS[field]];
      if (field === 'deletedAt') return [field, value !== null];
      return [field, field === 'tags' ? [...(value as string[])].sort() : value];
    }),
  );
}

export const hashOf = (row: SessionRow): string => sha256(canonicalJson(contentOf(row))).toString('hex');

export const keyOf = (row: SessionRow): SessionKey => ({
  source: row.source as string,
  workspaceId: row.workspace_id as string,
  externalId: row.external_id as string,
});

export const keyText = ({ source, workspaceId, externalId }: SessionKey): string =>
  `${source}/${workspaceId}/${externalId}`;

/** One hash of many sessions, whatever the order in which they were read. */
export const totalOf = (hashes: ReadonlyMap<string, string>): string =>
  sha256([...hashes].sort(([a], [b]) => (a < b ? -1 : 1)).join('\n')).toString('hex');

/** Where two sessions differ, in one line for each field. */
export function fieldsThatDiffer(actual: SessionRow, replayed: SessionRow): string[] {
  const [a, b] = [contentOf(actual), contentOf(replayed)];
  return Object.keys(a)
    .filter((field) => canonicalJson([a[field]]) !== canonicalJson([b[field]]))
    .map((field) => `${field} is ${JSON.stringify(a[field])}, made again ${JSON.stringify(b[field])}`);
}
