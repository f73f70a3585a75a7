import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageQuery } from '../common/pages.js';
import { IsCalendarDay, IsEmailAddress, IsId, IsIdText, IsPossible, Optional } from '../common/validation.js';
import type { PeriodKind } from './period.js';
import type { RunKind, RunState } from './report-run.js';

const PERIOD_KINDS: readonly unknown[] = ['weekly', 'monthly'];
const RUN_KINDS: readonly RunKind[] = ['weekly', 'monthly', 'user'];
const RUN_STATES: readonly RunState[] = ['pending', 'working', 'done', 'empty', 'failed'];

const isWholeNumber = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

export class SendAllDto {
  @ApiPropertyOptional({ example: 'weekly', enum: PERIOD_KINDS, default: 'weekly' })
  @Optional()
  @IsPossible((value) => PERIOD_KINDS.includes(value), 'must be weekly or monthly')
  type?: PeriodKind;

  @ApiPropertyOptional({ example: 7, description: '1 to 12, for `monthly`; the present month without it' })
  @Optional()
  @IsPossible((value) => isWholeNumber(value, 1, 12), 'must be a month, 1 to 12')
  month?: number;

  @ApiPropertyOptional({ example: 2025, description: 'For `monthly`; the present year without it' })
  @Optional()
  @IsPossible((value) => isWholeNumber(value, 2000, 2100), 'must be a year from 2000 to 2100')
  year?: number;

  @ApiPropertyOptional({
    example: '2025-07-14',
    description: 'For `weekly`: its first day; the last whole week without it',
  })
  @Optional()
  @IsCalendarDay()
  start_date?: string;
}

export class UserReportDto {
  @ApiProperty({ example: 12 })
  @IsId()
  idUser: number;

  @ApiProperty({ example: '2025-07-14' })
  @IsCalendarDay()
  startDate: string;

  @ApiProperty({ example: '2025-07-21', description: 'Included; 400 days at most' })
  @IsCalendarDay()
  endDate: string;

  @ApiProperty({
    example: 'coordinacion@empresa.com',
    description: 'One plain address; in `REPORT_DOMAINS` if that is set',
  })
  @IsEmailAddress()
  emailToSend: string;
}

export class RunsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'weekly', enum: RUN_KINDS })
  @Optional()
  @IsIn(RUN_KINDS)
  kind?: RunKind;

  @ApiPropertyOptional({ example: 'done', enum: RUN_STATES })
  @Optional()
  @IsIn(RUN_STATES)
  status?: RunState;

  @ApiPropertyOptional({ example: 12 })
  @Optional()
  @IsIdText()
  idUser?: number;
}

export class ResendDto {
  @ApiPropertyOptional({ example: 'ana@example.com', description: 'Somebody else, this time' })
  @Optional()
  @IsEmailAddress()
  emailToSend?: string;
}
