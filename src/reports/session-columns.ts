import type { CellKind, CellValue, TableColumn } from '../common/spreadsheet.js';
import { offsetSeconds } from '../time-entries/offsets.js';
import { lengthOf, validLengthOf, type ReportEntry } from './report-entry.js';
import type { ReportFrame } from './report.js';
import { REPORT_WORDS, type ReportWords } from './report-words.js';

export type SessionColumn = TableColumn<ReportEntry>;

type Shape = readonly [width: number, kind: CellKind, value: (entry: ReportEntry) => CellValue];

/** The 21 columns of the sheet of sessions; a report about everybody adds whose the session is. */
export function sessionColumns({
  locale,
  now,
  person,
}: Pick<ReportFrame, 'locale' | 'now' | 'person'>): SessionColumn[] {
  const words = REPORT_WORDS[locale];
  const shapes = [...textShapes(words), ...clockShapes, ...durationShapes(now), ...stateShapes(words)];
  const columns = shapes.map(([width, kind, value], index) => ({ header: words.sessions[index]!, width, kind, value }));
  if (person !== null) return columns;
  return [...columns, { header: words.user, width: 24, kind: 'text', value: ({ userName }) => userName }];
}

/** Positions of the columns that are summed up. */
export const SUMMED = { duration: 11, validDuration: 12, decimal: 13, validDecimal: 14 } as const;

const textShapes = (words: ReportWords): Shape[] => [
  [40, 'text', ({ description }) => description],
  [24, 'text', ({ projectName }) => projectName ?? words.noProject],
  [20, 'text', ({ taskName }) => taskName ?? ''],
];

/** Each instant in UTC and as the clock of the user showed it. */
const clockShapes: Shape[] = [
  [20, 'instant', ({ startedAt }) => startedAt],
  [20, 'clock', ({ startedAt, offsetStartSeconds }) => shifted(startedAt, offsetStartSeconds)],
  [20, 'instant', ({ endedAt }) => endedAt],
  [20, 'clock', (entry) => entry.endedAt && shifted(entry.endedAt, endOffset(entry, entry.endedAt))],
  [20, 'instant', ({ validStartedAt }) => validStartedAt],
  [20, 'clock', (entry) => entry.validStartedAt && shifted(entry.validStartedAt, startOffset(entry))],
  [20, 'instant', ({ validEndedAt }) => validEndedAt],
  [20, 'clock', (entry) => entry.validEndedAt && shifted(entry.validEndedAt, endOffset(entry, entry.validEndedAt))],
];

const durationShapes = (now: Date): Shape[] => [
  [12, 'duration', (entry) => lengthOf(entry, now) / 1000],
  [14, 'duration', (entry) => seconds(validLengthOf(entry, now))],
  [16, 'decimal', (entry) => lengthOf(entry, now) / 3_600_000],
  [18, 'decimal', (entry) => hours(validLengthOf(entry, now))],
];

const stateShapes = (words: ReportWords): Shape[] => [
  [20, 'text', ({ timeZone }) => timeZone],
  [10, 'text', ({ isRunning }) => (isRunning ? words.yes : words.no)],
  [10, 'text', ({ isOvertime }) => (isOvertime ? words.yes : words.no)],
  [14, 'number', ({ timeEditCount }) => timeEditCount],
  [18, 'text', ({ reviewStatus }) => words.status[reviewStatus]],
  [40, 'text', ({ observation }) => observation],
];

const seconds = (milliseconds: number | null): number | null => (milliseconds === null ? null : milliseconds / 1000);
const hours = (milliseconds: number | null): number | null => (milliseconds === null ? null : milliseconds / 3_600_000);

const shifted = (instant: Date, offset: number): Date => new Date(instant.getTime() + offset * 1000);

/** Valid times may lie on the other side of a change of the clock than those that were reported. */
function startOffset({ startedAt, validStartedAt, offsetStartSeconds, timeZone }: ReportEntry): number {
  if (validStartedAt!.getTime() === startedAt.getTime()) return offsetStartSeconds;
  return offsetSeconds(validStartedAt!, timeZone);
}

function endOffset({ endedAt, offsetEndSeconds, timeZone }: ReportEntry, instant: Date): number {
  if (offsetEndSeconds !== null && endedAt?.getTime() === instant.getTime()) return offsetEndSeconds;
  return offsetSeconds(instant, timeZone);
}
