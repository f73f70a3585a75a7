import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toUnixSeconds } from '../common/instant.js';
import { IsInstantText, IsTimeZoneName, Optional } from '../common/validation.js';
import type { EntrySlice, TimelineDay } from './build-days.js';
import type { CategorisedEntry, Timeline } from './timeline.service.js';

export class TimelineQuery {
  @ApiProperty({ example: 1784498400, type: Number, description: 'Unix seconds, or ISO 8601 with a zone' })
  @IsInstantText()
  from: Date;

  @ApiProperty({ example: 1784584800, type: Number, description: 'After `from`, by 400 days at most' })
  @IsInstantText()
  to: Date;

  @ApiPropertyOptional({
    example: 'Europe/Madrid',
    description: 'Whose midnights part the days; your own zone without it',
  })
  @Optional()
  @IsTimeZoneName()
  time_zone?: string;
}

export class TimelineEntryResponse {
  @ApiProperty({ example: 1 }) id: number;
  @ApiProperty({ example: 1, nullable: true, type: Number }) project_id: number | null;
  @ApiProperty({ example: 'Website', nullable: true, type: String }) project: string | null;
  @ApiProperty({ example: 10, nullable: true, type: Number }) integration_id: number | null;
  @ApiProperty({ example: 'toggl', description: 'Where it came from' }) provider: string;
  @ApiProperty({ example: 'Working 9 till 5' }) task: string;
  @ApiProperty({ example: 1784530800 }) start: number;
  @ApiProperty({ example: 1784534400, nullable: true, type: Number }) end: number | null;
  @ApiProperty({ example: false }) running: boolean;
  @ApiProperty({ example: 'second', enum: ['second', 'day'], description: '`day`: the time of day is not known' })
  precision: 'second' | 'day';
  @ApiProperty({ example: true }) billable: boolean;
  @ApiProperty({ example: ['deep'], type: [String] }) tags: string[];
  @ApiProperty({ example: 'Work', description: 'What you said of it, or else what your rules say' }) category: string;

  static from(this: void, entry: CategorisedEntry): TimelineEntryResponse {
    return {
      id: entry.id,
      project_id: entry.projectId,
      project: entry.projectName,
      integration_id: entry.integrationId,
      provider: entry.source,
      task: entry.description,
      start: toUnixSeconds(entry.startedAt),
      end: entry.endedAt === null ? null : toUnixSeconds(entry.endedAt),
      running: entry.isRunning,
      precision: entry.timePrecision,
      billable: entry.isBillable,
      tags: [...entry.tags],
      category: entry.category,
    };
  }
}

const SLICE = { entry_id: 1, start: 1784530800, end: 1784534400, seconds: 3600 };

export class SliceResponse {
  @ApiProperty({ example: SLICE.entry_id }) entry_id: number;
  @ApiProperty({ example: SLICE.start }) start: number;
  @ApiProperty({ example: SLICE.end }) end: number;
  @ApiProperty({ example: SLICE.seconds }) seconds: number;

  static from(this: void, { entryId, start, end, seconds }: EntrySlice): SliceResponse {
    return { entry_id: entryId, start: toUnixSeconds(start), end: toUnixSeconds(end), seconds };
  }
}

export class DayResponse {
  @ApiProperty({ example: '2026-07-20', format: 'date' }) day: string;
  @ApiProperty({ example: 3600, description: 'Sum of the slices' }) seconds: number;
  @ApiProperty({ example: [SLICE], type: [SliceResponse] }) slices: SliceResponse[];

  static from(this: void, { day, seconds, slices }: TimelineDay): DayResponse {
    return { day, seconds, slices: slices.map(SliceResponse.from) };
  }
}

export class TimelineResponse {
  @ApiProperty({
    type: [TimelineEntryResponse],
    description: 'Every entry that touches the range, whole, by start',
    example: [
      {
        id: 1,
        project_id: 1,
        project: 'Website',
        integration_id: 10,
        provider: 'toggl',
        task: 'Working 9 till 5',
        start: SLICE.start,
        end: SLICE.end,
        running: false,
        precision: 'second',
        billable: true,
        tags: ['deep'],
        category: 'Work',
      },
    ],
  })
  entries: TimelineEntryResponse[];

  @ApiProperty({
    type: [DayResponse],
    description: 'Local days with work in them; only what lies in the range',
    example: [{ day: '2026-07-20', seconds: 3600, slices: [SLICE] }],
  })
  days: DayResponse[];

  static from({ entries, days }: Timeline): TimelineResponse {
    return { entries: entries.map(TimelineEntryResponse.from), days: days.map(DayResponse.from) };
  }
}
