import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { DomainError } from '../common/errors.js';
import { toIsoText } from '../common/instant.js';
import { IsEmailAddress, IsText, Nullable, Optional } from '../common/validation.js';
import type { PersonFacts } from '../users/users.service.js';
import type { Member } from './team.repository.js';

class MemberFields {
  @ApiPropertyOptional({ example: 'nuevo@example.com', nullable: true, type: String })
  @Nullable()
  @IsEmailAddress()
  email?: string | null;

  @ApiPropertyOptional({ example: 160, nullable: true, type: Number })
  @Nullable()
  @IsInt()
  @Min(0)
  @Max(744)
  hoursPerMonth?: number | null;

  @ApiPropertyOptional({ example: true })
  @Optional()
  @IsBoolean()
  enable?: boolean;

  @ApiPropertyOptional({ example: true, description: 'Whether anybody is mailed about their sessions' })
  @Optional()
  @IsBoolean()
  notify?: boolean;
}

export class CreateMemberDto extends MemberFields {
  @ApiProperty({ example: 'Nuevo Usuario' })
  @IsText(200, 1)
  name: string;

  @ApiPropertyOptional({ example: 'U999', description: 'Their id at Clockify; `ExternalUserId` too' })
  @Optional()
  @IsText(100, 1)
  externalUserId?: string;

  @ApiPropertyOptional({ example: 'U999', description: 'The other spelling of `externalUserId`' })
  @Optional()
  @IsText(100, 1)
  ExternalUserId?: string;
}

export class UpdateMemberDto extends MemberFields {
  @ApiPropertyOptional({ example: 'Usuario Actualizado' })
  @Optional()
  @IsText(200, 1)
  name?: string;
}

/** @throws DomainError 400 when the body names none, or two */
export function externalIdOf({ externalUserId, ExternalUserId }: CreateMemberDto): string {
  const id = externalUserId ?? ExternalUserId;
  const message =
    id === undefined ? 'externalUserId is required' : 'externalUserId and ExternalUserId differ: one of them is enough';
  if (id === undefined || id !== (ExternalUserId ?? id)) {
    throw new DomainError(400, 'VALIDATION.FAILED', message, { details: [{ field: 'externalUserId', message }] });
  }
  return id;
}

/** What a body says of a person, without what it leaves out. */
export function factsOf<Body extends UpdateMemberDto>({ name, email, hoursPerMonth, enable, notify }: Body) {
  const facts = { name, email, hoursPerMonth, isEnabled: enable, isNotified: notify };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as PersonFacts &
    Pick<Body, 'name'>;
}

export class MemberResponse {
  @ApiProperty({ example: 42 }) id: number;
  @ApiProperty({ example: 'U999', nullable: true, type: String, description: 'Null for whoever has no account there' })
  ExternalUserId: string | null;
  @ApiProperty({ example: 'Nuevo Usuario' }) name: string;
  @ApiProperty({ example: 'nuevo@example.com', nullable: true, type: String }) email: string | null;
  @ApiProperty({ example: 160, nullable: true, type: Number }) hoursPerMonth: number | null;
  @ApiProperty({ example: true }) enable: boolean;
  @ApiProperty({ example: null, nullable: true, type: String }) disabledTime: string | null;
  @ApiProperty({ example: true }) notify: boolean;

  static from(member: Member): MemberResponse {
    return {
      id: member.id,
      ExternalUserId: member.externalId,
      name: member.name,
      email: member.email,
      hoursPerMonth: member.hoursPerMonth,
      enable: member.isEnabled,
      disabledTime: toIsoText(member.disabledAt),
      notify: member.isNotified,
    };
  }
}
