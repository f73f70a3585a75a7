import type { HealthActivity } from '../time-entries/health-activity.js';

/** What can be brought in. */
export const IMPORT_KINDS = ['apple_health', 'timeorg', 'toggl_csv', 'clockify_csv'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** A row of a file with working time. */
export interface WorkRow {
  source: 'timeorg' | 'csv';
  /** Unique for its owner, and the same whenever the row is read again. */
  externalId: string;
  description: string;
  projectName: string | null;
  taskName: string | null;
  tags: string[];
  isBillable: boolean;
  startedAt: Date;
  endedAt: Date;
}

/** One thing found in a file, in its order; `progress` says only that some of it was read. */
export type ReadItem =
  | { kind: 'work'; line: number; row: WorkRow }
  | { kind: 'health'; line: number; activity: HealthActivity }
  | { kind: 'rejected'; line: number; reason: string }
  | { kind: 'progress' };

/** A file that has been looked into and can be read. The same file gives the same items in the same order. */
export interface FileReader {
  items(): AsyncGenerator<ReadItem>;
  /** How much of it has been read, 0 to 1. */
  fraction(): number;
}

/** The file cannot be used; the message says why, to its owner. */
export class ImportRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportRefusal';
  }
}

/** Upper bounds against files that are made to do harm. */
export interface ImportLimits {
  inflatedBytes: number;
  /** Inflated bytes per compressed one. */
  ratio: number;
  archiveEntries: number;
}

export const IMPORT_LIMITS: ImportLimits = { inflatedBytes: 8 * 1024 ** 3, ratio: 200, archiveEntries: 50_000 };
