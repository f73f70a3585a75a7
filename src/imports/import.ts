import type { ImportKind } from './file-reader.js';

/** `queued`: waits for its turn; `running`: a worker reads it; `failed`: could not be read to its end, see the error. */
export type ImportState = 'queued' | 'running' | 'done' | 'failed';

export const DATE_ORDERS = ['ymd', 'dmy', 'mdy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** What its owner says of a file beside its kind. */
export interface ImportOptions {
  /** The account the entries are to be pushed to. */
  integrationId?: number;
  /** How dates are written, where that cannot be seen. */
  dateOrder?: DateOrder;
}

/** A row that was left out, and why. */
export interface Rejection {
  line: number;
  reason: string;
}

/** What has become of a file so far. */
export interface Tally {
  /** Things read, whatever became of them: where to go on. */
  position: number;
  newCount: number;
  duplicateCount: number;
  rejectedCount: number;
  /** The first of them. */
  rejected: Rejection[];
}

export const nothingYet = (): Tally => ({
  position: 0,
  newCount: 0,
  duplicateCount: 0,
  rejectedCount: 0,
  rejected: [],
});

/** A file that is brought in, or was. */
export interface Import extends Tally {
  id: number;
  userId: number;
  kind: ImportKind;
  options: ImportOptions;
  fileName: string;
  state: ImportState;
  percent: number;
  attempts: number;
  error: string | null;
}

/** Rows are named as long as there are few of them; beyond that they are counted. */
export const MOST_REJECTIONS = 1000;
