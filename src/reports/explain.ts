import { sliceByDay, type DaySlice } from '../time-entries/day-slices.js';
import { weekStartOf } from './period.js';
import { endFor, type ReportEntry } from './report-entry.js';
import type { Report } from './report.js';

/** Which figure of a report is asked about. */
export interface Figure {
  day?: string;
  /** Any day of the week. */
  week?: string;
  projectName?: string;
  provider?: string;
}

/** The part of an entry that a figure counts. */
export interface ExplainedPart {
  entry: ReportEntry;
  slices: DaySlice[];
  milliseconds: number;
}

/** The entries behind a figure, and the parts of them that it adds up: the same slices the report is made of. */
export async function explain(
  report: Report,
  figure: Figure,
): Promise<{ milliseconds: number; parts: ExplainedPart[] }> {
  const week = figure.week === undefined ? undefined : weekStartOf(figure.week, report.firstWeekday);
  const isCounted = ({ day }: DaySlice) =>
    (figure.day === undefined || day === figure.day) &&
    (week === undefined || weekStartOf(day, report.firstWeekday) === week);
  const parts: ExplainedPart[] = [];
  for await (const batch of report.batches) {
    for (const entry of batch.filter((candidate) => isAskedFor(candidate, figure))) {
      const span = { start: entry.startedAt, end: endFor(entry, report.now) };
      const slices = sliceByDay(span, report.timeZone).filter(isCounted);
      const milliseconds = slices.reduce((sum, { start, end }) => sum + (end.getTime() - start.getTime()), 0);
      if (slices.length > 0) parts.push({ entry, slices, milliseconds });
    }
  }
  return { parts, milliseconds: parts.reduce((sum, part) => sum + part.milliseconds, 0) };
}

const isAskedFor = (entry: ReportEntry, { projectName, provider }: Figure): boolean =>
  (projectName === undefined || (entry.projectName ?? '') === projectName) &&
  (provider === undefined || entry.source === provider);
