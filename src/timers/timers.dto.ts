import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsString, MaxLength } from 'class-validator';
import { IsId, IsIdText, IsText, Nullable, Optional } from '../common/validation.js';
import { LogResponse } from '../logs/log-response.js';

export class TimerCommandDto {
  @ApiPropertyOptional({ example: 10, description: 'Default: your oldest service with timers, else here' })
  @Optional()
  @IsId()
  integration_id?: number;

  @ApiPropertyOptional({ example: 1 })
  @Optional()
  @IsId()
  project_id?: number;

  @ApiPropertyOptional({ example: 'Working', default: 'Working' })
  @Optional()
  @IsText(3000)
  task?: string;

  @ApiPropertyOptional({ example: 'Coding', nullable: true })
  @Nullable()
  @IsText(100)
  category?: string | null;

  @ApiPropertyOptional({ example: ['deep'], type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];

  @ApiPropertyOptional({ example: true, default: true })
  @Optional()
  @IsBoolean()
  billable?: boolean;
}

export class TimerQuery {
  @ApiPropertyOptional({ example: 10, description: 'Ask only this service' })
  @Optional()
  @IsIdText()
  integration_id?: number;
}

/** The entry a command was about, and what happened to it. */
export class TimerResponse extends LogResponse {
  @ApiProperty({ enum: ['started', 'stopped'] }) action: 'started' | 'stopped';
  @ApiProperty({ example: 'Stopped *Working* after 1 h 05 min' }) message: string;
}
