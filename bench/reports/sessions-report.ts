import type { Database } from '../../src/database/database.js';
import { RowStream } from '../../src/database/row-stream.js';
import type { Report } from '../../src/reports/report.js';
import { ReportsRepository } from '../../src/reports/reports.repository.js';
import type { WorkbookInput } from './workbook-contract.js';

// The longest range that a report may have.
const RANGE = { from: '2024-01-01', to: '2025-02-03' };

/** All sessions of one person, as the application reads them. */
export function sessionsReport({ databaseUrl, userId }: WorkbookInput): Report {
  // Only its stream of rows is used here.
  const repository = new ReportsRepository(undefined as unknown as Database, new RowStream(databaseUrl));
  const selection = {
    start: new Date(RANGE.from),
    end: new Date(Date.parse(RANGE.to) + 86_400_000),
    userId,
    isOwn: false,
  };
  return {
    range: RANGE,
    timeZone: 'Europe/Madrid',
    firstWeekday: 'monday',
    locale: 'es',
    person: { id: userId, name: 'Ana' },
    overtimeHours: 5,
    deleted: 0,
    now: new Date('2026-11-22T12:00:00Z'),
    batches: repository.entries(selection),
  };
}
