import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageQuery } from '../common/pages.js';
import { IsCountText, IsInstantText, IsText, Optional } from '../common/validation.js';
import type { ErrorLogRow } from './error-log.entity.js';

const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const satisfies ErrorLogRow['severity'][];

export class ErrorLogQuery extends PageQuery {
  @ApiPropertyOptional({ example: 409, description: 'The status that was answered' })
  @Optional()
  @IsCountText(100, 599)
  status?: number;

  @ApiPropertyOptional({ example: 'clockify', description: 'The service it is about' })
  @Optional()
  @IsText(50, 1)
  provider?: string;

  @ApiPropertyOptional({ example: 'SESSION.DUPLICATE_EXTERNAL_ID' })
  @Optional()
  @IsText(100, 1)
  code?: string;

  @ApiPropertyOptional({ enum: SEVERITIES, example: 'warning' })
  @Optional()
  @IsIn(SEVERITIES)
  severity?: ErrorLogRow['severity'];

  @ApiPropertyOptional({ example: '2026-07-20T00:00:00Z', description: 'Seen last at or after it' })
  @Optional()
  @IsInstantText()
  from?: Date;

  @ApiPropertyOptional({ example: '2026-07-21T00:00:00Z', description: 'Seen last before it' })
  @Optional()
  @IsInstantText()
  to?: Date;
}

/** One kind of failure and how often it was seen. */
export class ErrorLogResponse {
  @ApiProperty({ example: 7 }) idErrorLog: number;
  @ApiProperty({ example: 'SESSION.DUPLICATE_EXTERNAL_ID' }) code: string;
  @ApiProperty({ example: 'warning', enum: SEVERITIES }) severity: string;
  @ApiProperty({ example: 'Session abc123 exists already.' }) errorMessage: string;
  @ApiProperty({ example: '/api-clockify/sessions/create', nullable: true, type: String }) endpoint: string | null;
  @ApiProperty({ example: 'POST', nullable: true, type: String }) method: string | null;
  @ApiProperty({ example: 409, nullable: true, type: Number }) responseCode: number | null;
  @ApiProperty({ example: { provider: 'clockify' }, type: Object, description: 'Of the last time' })
  detail: Record<string, unknown>;
  @ApiProperty({ example: 3 }) occurrences: number;
  @ApiProperty({ example: '2026-07-20T09:00:00.000Z' }) firstAt: string;
  @ApiProperty({ example: '2026-07-20T09:05:00.000Z' }) lastAt: string;
  @ApiProperty({ example: '1f0c6d1e-0000-4000-8000-000000000000', nullable: true, type: String })
  requestId: string | null;
  @ApiProperty({ example: 42, nullable: true, type: Number }) idUser: number | null;

  static from(row: ErrorLogRow): ErrorLogResponse {
    return {
      idErrorLog: row.id,
      code: row.code,
      severity: row.severity,
      errorMessage: row.message,
      endpoint: row.endpoint,
      method: row.method,
      responseCode: row.status,
      detail: row.detail,
      occurrences: row.occurrences,
      firstAt: row.firstAt.toISOString(),
      lastAt: row.lastAt.toISOString(),
      requestId: row.requestId,
      idUser: row.userId,
    };
  }
}
