import { ApiProperty } from '@nestjs/swagger';
import { dayBounds } from '../time-entries/day-slices.js';
import type { ExplainedPart } from './explain.js';
import { addDays, daysIn, type DayRange } from './period.js';
import type { Report } from './report.js';

const ENTRY = {
  idSesion: 24,
  external_sesion_id: '64f0c0ffee64f0c0ffee64f0',
  provider: 'clockify',
  startDate: '2025-07-15T08:00:00.000Z',
  endDate: '2025-07-15T10:00:00.000Z',
  seconds: 7200,
  slices: [{ day: '2025-07-15', start: '2025-07-15T08:00:00.000Z', end: '2025-07-15T10:00:00.000Z', seconds: 7200 }],
};

const DAY_SECONDS = 86_400;

export class ExplainResponse {
  @ApiProperty({ example: 7200 }) seconds: number;
  @ApiProperty({ example: 2, description: 'Unrounded; a report shows it with two places' }) hours: number;
  @ApiProperty({ example: 1 }) entryCount: number;
  @ApiProperty({ example: 'Europe/Madrid', description: 'Whose midnights part the days' }) timeZone: string;
  @ApiProperty({ example: 'monday' }) weekStart: string;
  @ApiProperty({
    example: [{ day: '2025-03-30', hours: 23 }],
    description: 'Days of the range that are not of 24 hours',
  })
  clockChanges: { day: string; hours: number }[];
  @ApiProperty({ example: 'Sums are made of whole milliseconds; only what is shown is rounded.' }) rounding: string;
  @ApiProperty({ example: [ENTRY] }) entries: (typeof ENTRY | object)[];

  static from(report: Report, { milliseconds, parts }: { milliseconds: number; parts: ExplainedPart[] }) {
    return {
      seconds: milliseconds / 1000,
      hours: milliseconds / 3_600_000,
      entryCount: parts.length,
      timeZone: report.timeZone,
      weekStart: report.firstWeekday,
      clockChanges: clockChanges(report.range, report.timeZone),
      rounding: 'Sums are made of whole milliseconds; only what is shown is rounded.',
      entries: parts.map(entryOf),
    };
  }
}

const entryOf = ({ entry, slices, milliseconds }: ExplainedPart) => ({
  idSesion: entry.id,
  external_sesion_id: entry.externalId,
  provider: entry.source,
  startDate: entry.startedAt.toISOString(),
  endDate: entry.endedAt && entry.endedAt.toISOString(),
  seconds: milliseconds / 1000,
  slices: slices.map(({ day, start, end, seconds }) => ({
    day,
    start: start.toISOString(),
    end: end.toISOString(),
    seconds,
  })),
});

function clockChanges(range: DayRange, timeZone: string): { day: string; hours: number }[] {
  const days = Array.from({ length: daysIn(range) }, (_, index) => addDays(range.from, index));
  return days
    .map((day) => ({ day, bounds: dayBounds(day, timeZone) }))
    .map(({ day, bounds }) => ({ day, seconds: (bounds.end.getTime() - bounds.start.getTime()) / 1000 }))
    .filter(({ seconds }) => seconds !== DAY_SECONDS)
    .map(({ day, seconds }) => ({ day, hours: seconds / 3600 }));
}
