import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { ImportRefusal, type FileReader, type ReadItem } from '../file-reader.js';
import { readLocalTime, spanProblem, type LocalTime } from '../local-times.js';

const SIGNATURE = 'SQLite format 3\0';
const ROWS_AT_ONCE = 500;

/** A row of the table `times`: when somebody came, and when they went. */
export interface TimeOrgRow {
  id: number;
  login: string | null;
  logout: string | null;
}

/**
 * Opens the backup of the app TimeOrg: an SQLite file. Its clock has no zone.
 * @param timeZone of the clock it was written by
 * @throws ImportRefusal when it is none
 */
export async function openTimeOrgBackup(file: string, timeZone: string): Promise<FileReader> {
  await refuseOtherFiles(file);
  const count = withDatabase(file, (database) => countRows(database));
  let read = 0;
  return {
    items: async function* items() {
      for (const row of readTimeOrgRows(file)) {
        read += 1;
        yield itemOf(row, timeZone);
      }
    },
    fraction: () => (count === 0 ? 1 : Math.min(1, read / count)),
  };
}

/** All rows in the order of their ids, a few at a time. */
export function* readTimeOrgRows(file: string): Generator<TimeOrgRow> {
  const database = openDatabase(file);
  try {
    refuseOtherTables(database);
    const statement = database.prepare(`
      select rowid as id, substr(LoginTime, 1, 40) as login, substr(LogoutTime, 1, 40) as logout
      from times where rowid > ? order by rowid limit ${ROWS_AT_ONCE}`);
    for (let after = Number.MIN_SAFE_INTEGER, isMore = true; isMore;) {
      const rows = statement.all(after) as { id: number; login: unknown; logout: unknown }[];
      for (const { id, login, logout } of rows) yield { id, login: textOf(login), logout: textOf(logout) };
      isMore = rows.length === ROWS_AT_ONCE;
      after = rows.at(-1)?.id ?? after;
    }
  } catch (error) {
    throw refusalOf(error);
  } finally {
    database.close();
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export async function refuseOtherFiles(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(SIGNATURE.length), 0, SIGNATURE.length, 0);
    if (buffer.toString('latin1') !== SIGNATURE) throw new ImportRefusal('is no TimeOrg backup: it is no SQLite file');
  } finally {
    await handle.close();
  }
}

/** As it lies there: nothing is written beside it, whatever its header says. */
function openDatabase(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.search = 'mode=ro&immutable=1';
  try {
    const database = new DatabaseSync(url, { readOnly: true, allowExtension: false });
    database.exec('pragma trusted_schema = off; pragma cell_size_check = on');
    return database;
  } catch (error) {
    throw refusalOf(error);
  }
}

function withDatabase<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = openDatabase(file);
  try {
    refuseOtherTables(database);
    return work(database);
  } catch (error) {
    throw refusalOf(error);
  } finally {
    database.close();
  }
}

/** A view, or a column that is computed, would run whatever somebody has written into the file. */
function refuseOtherTables(database: DatabaseSync): void {
  const table = database
    .prepare(`select type, wr from pragma_table_list where schema = 'main' and name = 'times'`)
    .get();
  const columns = database.prepare(`select name, hidden from pragma_table_xinfo('times')`).all();
  const names = new Set(columns.map(({ name }) => String(name).toLowerCase()));
  const isPlain = table?.type === 'table' && table.wr === 0 && columns.every(({ hidden }) => hidden === 0);
  if (!isPlain || !['id', 'logintime', 'logouttime'].every((name) => names.has(name))) {
    throw new ImportRefusal('is no TimeOrg backup: it has no table “times” with id, LoginTime and LogoutTime');
  }
}

const countRows = (database: DatabaseSync): number =>
  Number(database.prepare('select count(*) as count from times').get()?.count ?? 0);

const refusalOf = (error: unknown): unknown =>
  (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR' ? new ImportRefusal('is a damaged SQLite file') : error;

function itemOf(row: TimeOrgRow, timeZone: string): ReadItem {
  const line = row.id;
  const read = readSpan(row, timeZone);
  if (typeof read === 'string') return { kind: 'rejected', line, reason: read };
  return {
    kind: 'work',
    line,
    row: {
      source: 'timeorg',
      // Ids begin anew on another phone; what was written down does not.
      externalId: `${row.login}/${row.logout}`,
      description: '',
      projectName: null,
      taskName: null,
      tags: [],
      isBillable: true,
      startedAt: read.start.instant,
      endedAt: read.end.instant,
    },
  };
}

function readSpan({ login, logout }: TimeOrgRow, timeZone: string): { start: LocalTime; end: LocalTime } | string {
  if (login === null) return 'there is no LoginTime';
  if (logout === null) return 'there is no LogoutTime: still logged in';
  const start = readLocalTime(login, timeZone);
  const end = readLocalTime(logout, timeZone);
  if (start === null) return `LoginTime “${login}” is no possible time`;
  if (end === null) return `LogoutTime “${logout}” is no possible time`;
  const problem = spanProblem(start.instant, end.instant);
  return problem === null ? { start, end } : `${problem}: ${login} to ${logout}`;
}
