import { ApiPropertyOptional } from '@nestjs/swagger';
import { DomainError } from './errors.js';
import { idFromText, IsIdText, Optional } from './validation.js';

/** `?id=`, for a request that does not name it in the path. */
export class IdQuery {
  @ApiPropertyOptional({ example: 3, description: 'If it is not in the path' })
  @Optional()
  @IsIdText()
  id?: number;
}

/**
 * The one id a request names: in its path (`/logs/7`) or among its arguments (`?id=7`, `{"id": 7}`).
 * @param pathId the path segment as received, if the route has one
 * @param argumentId the validated argument, if it was given
 * @throws DomainError 400 when there is none, when it is no id, or when the two differ: a request that names
 * nothing must never be read as "everything"
 */
export function pickId(pathId: string | undefined, argumentId: number | undefined): number {
  if (pathId === undefined) return argumentId ?? refuse('id is required');
  const id = idFromText(pathId);
  if (!Number.isSafeInteger(id)) return refuse('id must be a positive integer below 2^53');
  if (argumentId !== undefined && argumentId !== id) return refuse('id differs between the path and the arguments');
  return id as number;
}

function refuse(message: string): never {
  throw new DomainError(400, 'VALIDATION.FAILED', message, { details: [{ field: 'id', message }] });
}
