import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsString, MaxLength } from 'class-validator';
import { toIsoText } from '../common/instant.js';
import { IsId, IsIdText, IsInstant, IsText, Nullable, Optional } from '../common/validation.js';
import { DaysQuery, refuseEmptySearch } from '../time-entries/search-days.dto.js';
import type { Json } from '../time-entries/snapshot.js';
import type { HistorySearch } from './history.service.js';
import { orWithout } from './session-search.dto.js';
import { WITHOUT_NAMES } from './session-words.dto.js';

export class VerifyQuery {
  @ApiPropertyOptional({ example: 24, description: 'Only the chain of this entry' })
  @Optional()
  @IsIdText()
  id?: number;
}

export class BinnacleSearchQuery extends DaysQuery {
  @ApiPropertyOptional({ example: 'juan@example.com' })
  @Optional()
  @IsText(254, 1)
  email?: string;

  @ApiPropertyOptional({ example: 'abc123' })
  @Optional()
  @IsText(255, 1)
  external_sesion_id?: string;

  @ApiPropertyOptional({ example: 'Internal', description: 'The whole name as it was then, in any case' })
  @Optional()
  @IsText(1000, 1)
  projectName?: string;
}

/** @throws DomainError 400 when it asks for nothing */
export function historySearchOf({ limit: _limit, cursor: _cursor, ...query }: BinnacleSearchQuery): HistorySearch {
  refuseEmptySearch(query);
  const { email, startDate, fromDate, toDate, external_sesion_id, projectName } = query;
  return {
    email,
    startDate,
    fromDate,
    toDate,
    externalId: external_sesion_id,
    projectName: orWithout(projectName, WITHOUT_NAMES.projectName),
  };
}

/** A line somebody adds by hand. Whatever it says of times and people is kept as said; when and by whom it was said is ours. */
export class CreateBinnacleDto {
  @ApiProperty({ example: 24 })
  @IsId()
  idSesion: number;

  @ApiPropertyOptional({ example: 'Cambio manual' })
  @Optional()
  @IsText(3000)
  description?: string;

  @ApiPropertyOptional({ example: '2025-07-15T08:00:00Z' })
  @Optional()
  @IsInstant()
  startDate?: Date;

  @ApiPropertyOptional({ example: '2025-07-15T10:00:00Z', nullable: true })
  @Nullable()
  @IsInstant()
  endDate?: Date | null;

  @ApiPropertyOptional({ example: '2025-07-15T09:00:00Z', description: 'Kept as said; the line bears its own time' })
  @Optional()
  @IsInstant()
  modificatedAt?: Date;

  @ApiPropertyOptional({ example: '2025-07-15T09:00:00Z', description: 'As `modificatedAt`' })
  @Optional()
  @IsInstant()
  modifiedAt?: Date;

  @ApiPropertyOptional({ example: 'abc123' })
  @Optional()
  @IsText(255)
  external_sesion_id?: string;

  @ApiPropertyOptional({ example: 42 })
  @Optional()
  @IsId()
  idUser?: number;

  @ApiPropertyOptional({ example: 'proj789' })
  @Optional()
  @IsText(255)
  idProject?: string;

  @ApiPropertyOptional({ example: 'Proyecto Interno' })
  @Optional()
  @IsText(1000)
  projectName?: string;

  @ApiPropertyOptional({ example: 'ws001' })
  @Optional()
  @IsText(255)
  idWorkspace?: string;

  @ApiPropertyOptional({ example: 'ActionTracker' })
  @Optional()
  @IsText(1000)
  workspaceName?: string;

  @ApiPropertyOptional({ example: 'task001' })
  @Optional()
  @IsText(255)
  idTask?: string;

  @ApiPropertyOptional({ example: 'Planeación' })
  @Optional()
  @IsText(1000)
  taskName?: string;

  @ApiPropertyOptional({ example: 'PT2H', nullable: true })
  @Nullable()
  @IsText(100)
  duration?: string | null;

  @ApiPropertyOptional({ example: 'America/Bogota' })
  @Optional()
  @IsText(64)
  timeZone?: string;

  @ApiPropertyOptional({ example: -18000 })
  @Optional()
  @IsInt()
  offsetStart?: number;

  @ApiPropertyOptional({ example: -18000, nullable: true })
  @Nullable()
  @IsInt()
  offsetEnd?: number | null;

  @ApiPropertyOptional({ example: true })
  @Optional()
  @IsBoolean()
  enable?: boolean;

  @ApiPropertyOptional({ example: 1 })
  @Optional()
  @IsInt()
  updatingQuantity?: number;

  @ApiPropertyOptional({ example: ['deep'], type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];

  @ApiPropertyOptional({ example: 'Hablado con el cliente' })
  @Optional()
  @IsText(500)
  observation?: string;
}

/** What a line says, beside which session it is about. */
export const remarkOf = ({ idSesion: _idSesion, ...said }: CreateBinnacleDto): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(said)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, value instanceof Date ? toIsoText(value) : (value as Json)]),
  );
