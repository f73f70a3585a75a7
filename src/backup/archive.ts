/**
 * A backup is one gzip of text: a line of JSON that says what follows, the rows of each table as COPY writes them, each table
 * ended by a line `\.`, and a last line of JSON with counts, checksums, the sequences, and a seal over all of it.
 */
export const FORMAT = 'timesheet-backup/1';

/** Alone on its line it ends a table: a row never reads so. */
export const TABLE_END = Buffer.from('\\.\n');

export interface ArchivedTable {
  name: string;
  /** In the order in which their values stand. */
  columns: string[];
}

export interface ArchiveHeader {
  format: typeof FORMAT;
  /** The moment it shows, by the database's clock. */
  createdAt: string;
  serverVersion: string;
  /** Names of those whose schema the rows have. */
  migrations: string[];
  /** Whatever a table refers to stands before it. */
  tables: ArchivedTable[];
  /** Which key seals it; the digest tells another key of the same name. */
  key: { id: string; digest: string };
}

export interface TableSum {
  name: string;
  rows: number;
  bytes: number;
  sha256: string;
}

export interface ArchiveManifest {
  headerSha256: string;
  tables: TableSum[];
  /** The last value that was given out; those that gave out none are left out. */
  sequences: Record<string, number>;
}

/** A file that is not used, and why, in words for whoever named it. */
export class ArchiveProblem extends Error {}
