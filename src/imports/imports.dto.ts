import { ApiProperty } from '@nestjs/swagger';
import { IMPORT_KINDS } from './file-reader.js';
import type { Import, Rejection } from './import.js';

export class ImportResponse {
  @ApiProperty({ example: 7 }) id: number;
  @ApiProperty({ example: 'apple_health', enum: IMPORT_KINDS }) kind: string;
  @ApiProperty({ example: 'running', enum: ['queued', 'running', 'done', 'failed'] }) state: string;
  @ApiProperty({ example: 42 }) percent: number;
  @ApiProperty({ example: 110, description: 'Entries that were not here before' }) new: number;
  @ApiProperty({ example: 3, description: 'Known already, also those removed or changed here since' })
  duplicates: number;
  @ApiProperty({
    example: [{ line: 1204, reason: 'it ends before it starts' }],
    description: 'The first thousand rows that were left out',
  })
  rejected: Rejection[];
  @ApiProperty({ example: 1 }) rejected_count: number;
  @ApiProperty({ example: null, nullable: true, type: String, description: 'Why it failed' }) error: string | null;

  static from(this: void, found: Import): ImportResponse {
    return {
      id: found.id,
      kind: found.kind,
      state: found.state,
      percent: found.percent,
      new: found.newCount,
      duplicates: found.duplicateCount,
      rejected: found.rejected,
      rejected_count: found.rejectedCount,
      error: found.state === 'failed' ? found.error : null,
    };
  }
}
