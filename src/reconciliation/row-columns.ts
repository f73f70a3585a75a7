import type { CellValue, TableColumn } from '../common/spreadsheet.js';
import { startOf, type Row } from './compare.js';
import type { FieldValue, Side } from './sides.js';

type Column = TableColumn<Row>;

const side = (header: string, width: number, kind: Column['kind'], read: (side: Side) => CellValue): Column[] =>
  (['here', 'there'] as const).map((where) => ({
    header: `${header} ${where}${kind === 'instant' ? ' (UTC)' : ''}`,
    width,
    kind,
    value: (row) => (row[where] === null ? null : read(row[where])),
  }));

/** The rows as a table, for workbooks and CSV. Every instant is in UTC. */
export const ROW_COLUMNS: readonly Column[] = [
  { header: 'Start (UTC)', width: 20, kind: 'instant', value: startOf },
  { header: 'Status', width: 12, kind: 'text', value: ({ status }) => words(status) },
  { header: 'Reason', width: 14, kind: 'text', value: ({ reason }) => reason && words(reason) },
  { header: 'Detail', width: 30, kind: 'text', value: ({ detail }) => detail },
  { header: 'Differences', width: 40, kind: 'text', value: describeDifferences },
  ...side('Task', 36, 'text', ({ task }) => task),
  ...side('Project', 20, 'text', ({ project }) => project),
  ...side('Start', 20, 'instant', ({ start }) => start),
  ...side('End', 20, 'instant', ({ end }) => end),
  ...side('Duration', 14, 'duration', ({ seconds }) => seconds),
  ...side('Tags', 20, 'text', ({ tags }) => tags && tags.join(', ')),
  { header: 'Log', width: 10, kind: 'number', value: ({ entryId }) => entryId },
  // As text: a spreadsheet would round ids of 16 digits and more.
  { header: 'Id at the service', width: 22, kind: 'text', value: ({ externalId }) => externalId },
];

const words = (name: string): string => name.replaceAll('_', ' ');

/** One sentence about every field, such as `task: “here” here, “there” there`. */
export function describeDifferences({ differences }: Pick<Row, 'differences'>): string {
  return differences
    .map(({ field, here, there }) => `${field}: ${quoted(here)} here, ${quoted(there)} there`)
    .join('; ');
}

function quoted(value: FieldValue): string {
  if (value === null) return 'none';
  if (value instanceof Date) return value.toISOString().replace(/(\.000)?Z$/, 'Z');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? `“${value}”` : `[${value.join(', ')}]`;
}
