import { ApiProperty } from '@nestjs/swagger';
import { PASSWORD_BYTES } from '../users/account-rules.js';
import { IsText } from '../common/validation.js';

export class LoginRequest {
  @ApiProperty({ example: 'ana', description: 'In any case of letters' })
  @IsText(64, 1)
  username: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsText(PASSWORD_BYTES.max, 1)
  password: string;
}
