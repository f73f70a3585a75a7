import type { MailLocale } from '../config/mail-settings.js';
import type { PeriodKind } from './period.js';

export type RunKind = PeriodKind | 'user';

/**
 * - `pending`: waits for its turn; `working`: a worker makes it
 * - `done`: the file is there, and its mail in the outbox; `empty`: there was nothing to report
 * - `failed`: given up, see its error
 */
export type RunState = 'pending' | 'working' | 'done' | 'empty' | 'failed';

/** In whole milliseconds. */
export interface RunTotals {
  entries: number;
  milliseconds: number;
  validMilliseconds: number;
  underReview: number;
}

/** A report that is, or was, to be sent. */
export interface ReportRun {
  id: number;
  kind: RunKind;
  /** By the clock, or because somebody asked for it. */
  origin: 'schedule' | 'request';
  periodStart: string;
  periodEnd: string;
  timeZone: string;
  userId: number;
  locale: MailLocale;
  /** Who gets it instead of the user and the coordination. */
  address: string | null;
  state: RunState;
  attempts: number;
  error: string | null;
  attachmentId: number | null;
  /** What its file adds up to. */
  totals: RunTotals | null;
  /** How often it was put into the outbox of mail. */
  timesSent: number;
  finishedAt: Date | null;
  createdAt: Date;
}

/** Names the mail of a run for good: the same run is not mailed twice unless somebody asks for it again. */
export const mailKeyOf = ({ id, timesSent }: Pick<ReportRun, 'id' | 'timesSent'>): string =>
  `report:${id}:${timesSent}`;
