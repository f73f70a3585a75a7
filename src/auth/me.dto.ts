import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { toUnixSeconds } from '../common/instant.js';
import { IsEmailAddress, IsText, IsTimeZoneName, Nullable, Optional } from '../common/validation.js';
import { PASSWORD_BYTES, ROLES } from '../users/account-rules.js';
import type { Role, User } from '../users/user.entity.js';
import { IsPassword, IsSettings } from './account-fields.js';

export class ChangeMeRequest {
  @ApiPropertyOptional({ example: 'Ana López', maxLength: 200 })
  @Optional()
  @IsText(200, 1)
  name?: string;

  @ApiPropertyOptional({ example: 'ana@example.com', nullable: true, type: String, description: '`null` removes it' })
  @Nullable()
  @IsEmailAddress()
  email?: string | null;

  @ApiPropertyOptional({ example: 'Europe/Madrid' })
  @Optional()
  @IsTimeZoneName()
  time_zone?: string;

  @ApiPropertyOptional({
    example: { share_health: false, theme: 'dark' },
    type: Object,
    description: 'Replaces all settings; at most 16 KB',
  })
  @Optional()
  @IsSettings()
  settings?: Record<string, unknown>;

  @ApiPropertyOptional({ format: 'password', description: 'The new one, 8 to 1024 bytes; ends every older cookie' })
  @Optional()
  @IsPassword()
  password?: string;

  @ApiPropertyOptional({ format: 'password', description: 'Needed with `password`' })
  @ValidateIf((me: ChangeMeRequest) => me.password !== undefined || me.current_password !== undefined)
  @IsText(PASSWORD_BYTES.max, 1)
  current_password?: string;
}

export class MeResponse {
  @ApiProperty({ example: 2 })
  id: number;

  @ApiProperty({ example: 'ana' })
  username: string;

  @ApiProperty({ example: 'Ana López' })
  name: string;

  @ApiProperty({ example: 'ana@example.com', nullable: true, type: String })
  email: string | null;

  @ApiProperty({ example: 'member', enum: ROLES })
  role: Role;

  @ApiProperty({ example: 'Europe/Madrid' })
  time_zone: string;

  @ApiProperty({ example: { share_health: false, theme: 'dark' }, type: Object })
  settings: Record<string, unknown>;

  @ApiProperty({ example: 1_790_000_000, description: 'Unix seconds' })
  created_at: number;

  static from(user: User): MeResponse {
    return {
      id: user.id,
      username: user.username!,
      name: user.name,
      email: user.email,
      role: user.role,
      time_zone: user.timeZone,
      settings: user.settings,
      created_at: toUnixSeconds(user.createdAt),
    };
  }
}
