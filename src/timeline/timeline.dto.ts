import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toUnixSeconds } from '../common/instant.js';
import { IsFlagText, IsInstantText, IsTimeZoneName, Optional } from '../common/validation.js';
import type { EntrySlice, TimelineDay } from './build-days.js';
import { FINDING_EXAMPLE, FindingResponse } from './findings.dto.js';
import { TIMELINE_ENTRY_EXAMPLE, TimelineEntryResponse } from './timeline-entry.dto.js';
import type { Timeline } from './timeline.service.js';

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

  @ApiPropertyOptional({ example: true, description: 'Also the findings you have ignored' })
  @Optional()
  @IsFlagText()
  ignored?: boolean;
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
    example: [TIMELINE_ENTRY_EXAMPLE],
  })
  entries: TimelineEntryResponse[];

  @ApiProperty({
    type: [DayResponse],
    description: 'Local days with work in them; only what lies in the range',
    example: [{ day: '2026-07-20', seconds: 3600, slices: [SLICE] }],
  })
  days: DayResponse[];

  @ApiProperty({
    type: [FindingResponse],
    description:
      'What somebody should look at, by where it begins, what you have ignored only when it is asked for; 1,000 at most',
    example: [FINDING_EXAMPLE],
  })
  findings: FindingResponse[];

  static from({ entries, days, findings }: Timeline): TimelineResponse {
    return {
      entries: entries.map(TimelineEntryResponse.from),
      days: days.map(DayResponse.from),
      findings: findings.map(FindingResponse.from),
    };
  }
}
