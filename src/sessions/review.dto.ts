import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { DomainError } from '../common/errors.js';
import { IsIdText, IsText, Nullable, Optional } from '../common/validation.js';
import type { SessionName } from './session-reviews.service.js';

export class SessionNameQuery {
  @ApiPropertyOptional({ example: 'abc123', description: 'The id at its service' })
  @Optional()
  @IsText(255, 1)
  externalSesionId?: string;

  @ApiPropertyOptional({ example: 24, description: 'Instead of `externalSesionId`, for a session without one' })
  @Optional()
  @IsIdText()
  idSesion?: number;

  @ApiPropertyOptional({ example: 'ws001', description: 'Where several workspaces have that id' })
  @Optional()
  @IsText(255, 1)
  idWorkspace?: string;

  @ApiPropertyOptional({ example: 'clockify', description: 'Where several services have that id' })
  @Optional()
  @IsText(50, 1)
  provider?: string;
}

/** @throws DomainError 400 when it names none, or one in two ways */
export function sessionNameOf({ externalSesionId, idSesion, idWorkspace, provider }: SessionNameQuery): SessionName {
  if ((externalSesionId === undefined) === (idSesion === undefined)) {
    const message =
      externalSesionId === undefined
        ? 'externalSesionId is required'
        : 'name it once: by externalSesionId or by idSesion';
    throw new DomainError(400, 'VALIDATION.FAILED', message, { details: [{ field: 'externalSesionId', message }] });
  }
  return { id: idSesion, externalId: externalSesionId, workspaceId: idWorkspace, source: provider };
}

export class ApproveDto {
  @ApiProperty({ example: true })
  @IsBoolean()
  aprobado: boolean;

  @ApiPropertyOptional({ example: 'Se ajustó correctamente el horario', nullable: true, maxLength: 500 })
  @Nullable()
  @IsText(500)
  observacion?: string | null;
}

export class ReopenDto {
  @ApiProperty({ example: 'Aprobada por error', maxLength: 500 })
  @IsText(500, 1)
  reason: string;

  @ApiPropertyOptional({ example: true, default: true, description: 'Carry out what changed at the service meanwhile' })
  @Optional()
  @IsBoolean()
  applyLateChanges?: boolean;
}
