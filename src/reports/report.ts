import type { MailLocale } from '../config/mail-settings.js';
import type { DayRange } from './period.js';
import type { ReportEntry } from './report-entry.js';
import type { TallyRules } from './tally.js';

/** What a report is about and by which rules it is made. */
export interface ReportFrame extends TallyRules {
  range: DayRange;
  locale: MailLocale;
  /** Whose report it is; `null` for everybody's. */
  person: { id: number; name: string } | null;
  overtimeHours: number;
  /** Deleted entries of the range, which the report leaves out. */
  deleted: number;
}

/** A report as it is read: its entries come in batches, by start. */
export interface Report extends ReportFrame {
  batches: AsyncIterable<ReportEntry[]>;
}
