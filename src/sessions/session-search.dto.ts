import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { IsFlagText, IsIdText, IsText, Optional } from '../common/validation.js';
import { DaysQuery, refuseEmptySearch } from '../time-entries/search-days.dto.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import type { SessionSearch } from './sessions.service.js';
import { STATUS_NAMES, WITHOUT_NAMES } from './session-words.dto.js';

type Status = TimeEntry['reviewStatus'];

const STATUSES = Object.fromEntries(Object.entries(STATUS_NAMES).map(([status, name]) => [name, status as Status]));

/** `En Observación` is `EN OBSERVACION`. */
const statusOf = (value: unknown): unknown =>
  typeof value === 'string' ? STATUSES[value.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase()] : value;

export class SessionSearchQuery extends DaysQuery {
  @ApiPropertyOptional({ example: 'miguel@example.com' })
  @Optional()
  @IsText(254, 1)
  email?: string;

  @ApiPropertyOptional({ example: 'Planeacion', description: 'The whole name, in any case' })
  @Optional()
  @IsText(1000, 1)
  projectName?: string;

  @ApiPropertyOptional({ example: 'Diseño', description: 'The whole name, in any case' })
  @Optional()
  @IsText(1000, 1)
  taskName?: string;

  @ApiPropertyOptional({ enum: Object.values(STATUS_NAMES), example: 'EN OBSERVACION' })
  @Optional()
  @Transform(({ value }) => statusOf(value) ?? 'unknown')
  @IsIn(Object.keys(STATUS_NAMES), {
    message: `status must be one of ${Object.values(STATUS_NAMES).join(', ')}`,
  })
  status?: Status;

  @ApiPropertyOptional({ example: 42 })
  @Optional()
  @IsIdText()
  idUser?: number;

  @ApiPropertyOptional({ example: 'abc123' })
  @Optional()
  @IsText(255, 1)
  external_sesion_id?: string;

  @ApiPropertyOptional({ example: 'proj789' })
  @Optional()
  @IsText(255, 1)
  idProject?: string;

  @ApiPropertyOptional({ example: 'ws001' })
  @Optional()
  @IsText(255, 1)
  idWorkspace?: string;

  @ApiPropertyOptional({ example: 'clockify' })
  @Optional()
  @IsText(50, 1)
  provider?: string;

  @ApiPropertyOptional({ example: true })
  @Optional()
  @IsFlagText()
  currentlyRunning?: boolean;

  @ApiPropertyOptional({ example: true })
  @Optional()
  @IsFlagText()
  overtime?: boolean;

  @ApiPropertyOptional({ example: true, description: '`false`: only deleted ones' })
  @Optional()
  @IsFlagText()
  enable?: boolean;
}

/**
 * What a search asks for, in the words of the ledger.
 * @throws DomainError 400 when it asks for nothing: that must never be read as "everything"
 */
export function searchOf({ limit: _limit, cursor: _cursor, ...query }: SessionSearchQuery): SessionSearch {
  refuseEmptySearch(query);
  return given({
    email: query.email,
    userId: query.idUser,
    projectName: orWithout(query.projectName, WITHOUT_NAMES.projectName),
    taskName: orWithout(query.taskName, WITHOUT_NAMES.taskName),
    startDate: query.startDate,
    fromDate: query.fromDate,
    toDate: query.toDate,
    status: query.status,
    externalId: query.external_sesion_id,
    projectId: query.idProject,
    workspaceId: query.idWorkspace,
    source: query.provider,
    isRunning: query.currentlyRunning,
    isOvertime: query.overtime,
    isEnabled: query.enable,
  });
}

/** The name shown for a session without one finds those sessions. */
export function orWithout(name: string | undefined, shown: string): string | null | undefined {
  return name?.toLowerCase() === shown.toLowerCase() ? null : name;
}

function given<T extends object>(all: T): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}
