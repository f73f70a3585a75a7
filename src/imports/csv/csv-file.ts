import { stat } from 'node:fs/promises';
import { ImportRefusal, type FileReader, type ImportKind, type ReadItem, type WorkRow } from '../file-reader.js';
import type { DateOrder, ImportOptions } from '../import.js';
import { readLocalTime, spanProblem } from '../local-times.js';
import { CsvColumns } from './csv-columns.js';
import { DateEvidence, readClock, readDay, readDuration } from './csv-dates.js';
import { readRecords, type CsvRecord } from './csv-records.js';

interface CsvContext {
  timeZone: string;
  email: string | null;
  options: ImportOptions;
}

/** What a first look through the whole file has told. */
interface Layout {
  kind: ImportKind;
  columns: CsvColumns;
  order: DateOrder;
  timeZone: string;
  /** Whose rows are taken, where the file holds those of several people. */
  email: string | null;
}

const MOST_PEOPLE = 10_000;
/** How far apart rows that say the same may lie and still be told from each other. */
const REMEMBERED_ROWS = 10_000;

/**
 * Opens the detailed report of Toggl or Clockify, or Toggl's own import file.
 * @throws ImportRefusal when it is none, or when it cannot be known what it means
 */
export async function openCsv(kind: ImportKind, file: string, context: CsvContext): Promise<FileReader> {
  const { size } = await stat(file);
  const layout = await lookThrough(kind, file, context);
  let read = 0;
  return {
    items: () => readItems(file, layout, (bytes) => (read = bytes)),
    fraction: () => (size === 0 ? 1 : Math.min(1, read / size)),
  };
}

async function lookThrough(kind: ImportKind, file: string, { timeZone, email, options }: CsvContext): Promise<Layout> {
  const evidence = new DateEvidence();
  const people = new Set<string>();
  let columns: CsvColumns | undefined;
  for await (const { fields } of readRecords(file, () => undefined)) {
    if (columns === undefined) {
      columns = new CsvColumns(fields);
      continue;
    }
    evidence.note(columns.read(fields, 'startDate'));
    evidence.note(columns.read(fields, 'endDate'));
    const person = columns.read(fields, 'email').toLowerCase();
    if (person !== '' && people.size < MOST_PEOPLE) people.add(person);
  }
  if (columns === undefined) throw new ImportRefusal('is empty');
  const order = options.dateOrder ?? evidence.order;
  if (order === null) {
    throw new ImportRefusal('writes dates that could be read day first or month first: say which with date_order');
  }
  return { kind, columns, order, timeZone, email: ownerAmong(people, email) };
}

/** A report of a team holds everybody's time: only one's own may come in. */
function ownerAmong(people: ReadonlySet<string>, email: string | null): string | null {
  if (people.size <= 1) return null;
  const own = email?.toLowerCase();
  if (own !== undefined && people.has(own)) return own;
  throw new ImportRefusal(`holds the time of ${people.size} people, and none of them has your e-mail address`);
}

async function* readItems(file: string, layout: Layout, onRead: (bytes: number) => void): AsyncGenerator<ReadItem> {
  const turns = new Turns();
  let isHeader = true;
  for await (const record of readRecords(file, onRead)) {
    if (isHeader) isHeader = false;
    else yield itemOf(record, layout, turns);
  }
}

function itemOf({ line, fields }: CsvRecord, layout: Layout, turns: Turns): ReadItem {
  const { columns, kind } = layout;
  if (layout.email !== null && columns.read(fields, 'email').toLowerCase() !== layout.email) {
    return { kind: 'rejected', line, reason: 'is the time of another person' };
  }
  const times = readTimes(fields, layout);
  if (typeof times === 'string') return { kind: 'rejected', line, reason: times };
  const { startedAt, endedAt, startText } = times;
  const text = (column: 'description' | 'project' | 'task') => columns.read(fields, column);
  const [description, project, task] = [text('description'), text('project'), text('task')];
  const seconds = (endedAt.getTime() - startedAt.getTime()) / 1000;
  const same = JSON.stringify([kind, startText, seconds, description, project, task]);
  const row: WorkRow = {
    source: 'csv',
    externalId: `${same}#${turns.next(same)}`,
    description,
    projectName: project || null,
    taskName: task || null,
    tags: columns.read(fields, 'tags').split(/[,;|]/),
    isBillable: !/^(no|n|false|0|nein|nee|non|nao|não)$/i.test(columns.read(fields, 'billable')),
    startedAt,
    endedAt,
  };
  return { kind: 'work', line, row };
}

interface Times {
  startedAt: Date;
  endedAt: Date;
  startText: string;
}

function readTimes(fields: readonly string[], { columns, order, timeZone }: Layout): Times | string {
  const at = (date: string, clock: string): { instant: Date; text: string } | null => {
    const text = `${readDay(date, order) ?? ''} ${readClock(clock) ?? ''}`;
    const local = readLocalTime(text, timeZone);
    return local === null ? null : { instant: local.instant, text };
  };
  const [startDate, startTime] = [columns.read(fields, 'startDate'), columns.read(fields, 'startTime')];
  const start = at(startDate, startTime);
  if (start === null) return `its start “${shown(startDate, startTime)}” is no possible time`;
  const [endDate, endTime] = [columns.read(fields, 'endDate'), columns.read(fields, 'endTime')];
  const duration = columns.read(fields, 'duration');
  const end = endDate === '' ? after(start.instant, duration) : (at(endDate, endTime)?.instant ?? null);
  if (end === null)
    return `its end “${endDate === '' ? shown(duration) : shown(endDate, endTime)}” is no possible time`;
  const problem = spanProblem(start.instant, end);
  return problem ?? { startedAt: start.instant, endedAt: end, startText: start.text };
}

function after(start: Date, duration: string): Date | null {
  const seconds = readDuration(duration);
  return seconds === null ? null : new Date(start.getTime() + seconds * 1000);
}

const shown = (...parts: string[]): string =>
  parts
    .join(' ')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 40);

/** Numbers rows that say the same: two equal entries are two, also when the file comes again. */
class Turns {
  private readonly counts = new Map<string, number>();

  next(same: string): number {
    const turn = (this.counts.get(same) ?? 0) + 1;
    this.counts.delete(same);
    this.counts.set(same, turn);
    if (this.counts.size > REMEMBERED_ROWS) this.counts.delete(this.counts.keys().next().value!);
    return turn;
  }
}
