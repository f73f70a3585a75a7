import { ApiProperty } from '@nestjs/swagger';
import { toUnixSeconds } from '../common/instant.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import type { SyncState } from './sync-state.js';

/** A time entry as its owner sees it. */
export class LogResponse {
  @ApiProperty({ example: 1 }) id: number;
  @ApiProperty({ example: 1, nullable: true, type: Number }) project_id: number | null;
  @ApiProperty({ example: 10, nullable: true, type: Number }) integration_id: number | null;
  @ApiProperty({ example: 'toggl', description: 'Where it came from, or lives' }) provider: string;
  @ApiProperty({ example: 'Working 9 till 5' }) task: string;
  @ApiProperty({ example: 1784530800 }) start: number;
  @ApiProperty({ example: 1784534400, nullable: true, type: Number }) end: number | null;
  @ApiProperty({ example: false }) running: boolean;
  @ApiProperty({ example: true }) billable: boolean;
  @ApiProperty({ example: null, nullable: true, type: String }) notes: string | null;
  @ApiProperty({ example: ['deep'], type: [String] }) tags: string[];
  @ApiProperty({ example: 'Other', description: 'What you said of it, or else what your rules say' }) category: string;
  @ApiProperty({ example: '3730303299', nullable: true, type: String }) external_id: string | null;
  @ApiProperty({ example: { state: 'synced', missing: [], error: null, note: null } }) sync: SyncState;

  /** @param category said of it, or found by its owner's rules */
  static from(entry: TimeEntry, category: string, sync: SyncState): LogResponse {
    const isHere = sync.state === 'local';
    return {
      id: entry.id,
      project_id: entry.projectId,
      integration_id: isHere ? null : entry.integrationId,
      provider: entry.source,
      task: entry.description,
      start: toUnixSeconds(entry.startedAt),
      end: entry.endedAt === null ? null : toUnixSeconds(entry.endedAt),
      running: entry.isRunning,
      billable: entry.isBillable,
      notes: entry.notes,
      tags: [...entry.tags],
      category,
      external_id: entry.externalId,
      sync,
    };
  }
}
