import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { toUnixSeconds } from '../common/instant.js';
import { PageQuery } from '../common/pages.js';
import { IsEmailAddress, IsId, IsIdText, IsText, IsTimeZoneName, Nullable, Optional } from '../common/validation.js';
import { ROLES } from '../users/account-rules.js';
import type { Role, User } from '../users/user.entity.js';
import { IsPassword, IsRole, IsUsername } from './account-fields.js';

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ example: 2, description: 'Only this one' })
  @Optional()
  @IsIdText()
  id?: number;
}

/** What an admin may say of a user, new or not. */
class UserFields {
  @ApiPropertyOptional({ example: 'Ana López', maxLength: 200 })
  @Optional()
  @IsText(200, 1)
  name?: string;

  @ApiPropertyOptional({ example: 'ana@example.com', nullable: true, type: String })
  @Nullable()
  @IsEmailAddress()
  email?: string | null;

  @ApiPropertyOptional({ enum: ROLES, example: 'member' })
  @Optional()
  @IsRole()
  role?: Role;

  @ApiPropertyOptional({ example: 'Europe/Madrid' })
  @Optional()
  @IsTimeZoneName()
  time_zone?: string;
}

export class CreateUserRequest extends UserFields {
  @ApiProperty({ example: 'ana', description: 'Unique whatever the case; 1 to 64 ASCII letters, digits or . _ - @ +' })
  @IsUsername()
  username: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password', description: '8 to 1024 bytes' })
  @IsPassword()
  password: string;
}

export class ChangeUserRequest extends UserFields {
  @ApiPropertyOptional({ example: 2, description: 'If it is not in the path' })
  @Optional()
  @IsId()
  id?: number;

  @ApiPropertyOptional({ example: true, description: '`false` is what DELETE does' })
  @Optional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ format: 'password', description: 'Replaces the password and ends the cookies' })
  @Optional()
  @IsPassword()
  password?: string;
}

export class UserResponse {
  @ApiProperty({ example: 2 })
  id: number;

  @ApiProperty({ example: 'ana', nullable: true, type: String, description: 'Null for a person without a login' })
  username: string | null;

  @ApiProperty({ example: 'Ana López' })
  name: string;

  @ApiProperty({ example: 'ana@example.com', nullable: true, type: String })
  email: string | null;

  @ApiProperty({ example: 'member', enum: ROLES })
  role: Role;

  @ApiProperty({ example: 'Europe/Madrid' })
  time_zone: string;

  @ApiProperty({ example: true })
  enabled: boolean;

  @ApiProperty({ example: 1_790_000_000, description: 'Unix seconds' })
  created_at: number;

  static from(user: User): UserResponse {
    return {
      id: user.id,
      username: user.username,
      name: user.name,
      email: user.email,
      role: user.role,
      time_zone: user.timeZone,
      enabled: user.isEnabled,
      created_at: toUnixSeconds(user.createdAt),
    };
  }
}
