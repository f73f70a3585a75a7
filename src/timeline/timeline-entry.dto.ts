import { ApiProperty } from '@nestjs/swagger';
import { toUnixSeconds } from '../common/instant.js';
import type { CategorisedEntry } from './timeline.service.js';

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

  @ApiProperty({
    example: null,
    nullable: true,
    type: Number,
    description: 'The entry that counts in its place: the same work, written down twice',
  })
  same_as: number | null;

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
      same_as: entry.sameAsEntryId,
    };
  }
}

export const TIMELINE_ENTRY_EXAMPLE: TimelineEntryResponse = {
  id: 1,
  project_id: 1,
  project: 'Website',
  integration_id: 10,
  provider: 'toggl',
  task: 'Working 9 till 5',
  start: 1784530800,
  end: 1784534400,
  running: false,
  precision: 'second',
  billable: true,
  tags: ['deep'],
  category: 'Work',
  same_as: null,
};
