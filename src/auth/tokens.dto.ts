import { ApiProperty } from '@nestjs/swagger';
import { toUnixSeconds } from '../common/instant.js';
import { IsText } from '../common/validation.js';
import type { TokenRow } from './tokens.repository.js';

export class CreateTokenRequest {
  @ApiProperty({ example: 'Flic button in the hall', maxLength: 100 })
  @IsText(100, 1)
  name: string;
}

export class TokenResponse {
  @ApiProperty({ example: 3 })
  id: number;

  @ApiProperty({ example: 'Flic button in the hall' })
  name: string;

  @ApiProperty({ example: 1_790_000_000, description: 'Unix seconds' })
  created_at: number;

  @ApiProperty({ example: 1_790_003_600, nullable: true, type: Number, description: 'Unix seconds, to the hour' })
  last_used_at: number | null;

  static from(token: TokenRow): TokenResponse {
    return {
      id: token.id,
      name: token.name,
      created_at: toUnixSeconds(token.createdAt),
      last_used_at: token.lastUsedAt && toUnixSeconds(token.lastUsedAt),
    };
  }
}

export class NewTokenResponse {
  @ApiProperty({ example: 3 })
  id: number;

  @ApiProperty({ example: 'Flic button in the hall' })
  name: string;

  @ApiProperty({ example: 'q0Hk1nVnJmZk8yqvU2m0p1oT3l1b6Zk8d2h1xYwVt9E', description: 'Shown this once' })
  token: string;
}
