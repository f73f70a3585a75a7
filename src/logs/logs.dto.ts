import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../common/pages.js';
import {
  IsFlagText,
  IsId,
  IsIdText,
  IsInstant,
  IsInstantText,
  IsText,
  Nullable,
  Optional,
} from '../common/validation.js';

const START = { example: 1784530800, description: 'Unix seconds, or ISO 8601 with a zone' };

class LogFields {
  @ApiPropertyOptional({ ...START, description: `${START.description}; default now` })
  @Optional()
  @IsInstant()
  start?: Date;

  @ApiPropertyOptional({
    example: 1784534400,
    nullable: true,
    description: 'None = a running timer, where the service has timers',
  })
  @Nullable()
  @IsInstant()
  end?: Date | null;

  @ApiPropertyOptional({ example: true, default: true })
  @Optional()
  @IsBoolean()
  billable?: boolean;

  @ApiPropertyOptional({ example: "That's a lie; it's way past 5.", nullable: true })
  @Nullable()
  @IsText(10_000)
  notes?: string | null;

  @ApiPropertyOptional({ example: ['deep'], type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];

  @ApiPropertyOptional({ example: 'Coding', nullable: true })
  @Nullable()
  @IsText(100)
  category?: string | null;

  @ApiPropertyOptional({ example: 1, nullable: true, description: 'One of /v1/resources/projects' })
  @Nullable()
  @IsId()
  project_id?: number | null;

  @ApiPropertyOptional({ example: 10, description: 'Follows from the project; must match it if given' })
  @Optional()
  @IsId()
  integration_id?: number;
}

export class CreateLogDto extends LogFields {
  @ApiProperty({ example: 'Working 9 till 5' })
  @IsText(3000)
  task: string;
}

export class UpdateLogDto extends LogFields {
  @ApiPropertyOptional({ example: 1, description: 'Here or in the path' })
  @Optional()
  @IsId()
  id?: number;

  @ApiPropertyOptional({ example: 'Working 9 till 5' })
  @Optional()
  @IsText(3000)
  task?: string;
}

export class WaitQuery {
  @ApiPropertyOptional({ description: 'Answer after the push to the service (at most 10 s)' })
  @Optional()
  @IsFlagText()
  wait?: boolean;
}

export class LogIdQuery extends WaitQuery {
  @ApiPropertyOptional({ example: 1, description: 'Here or in the path' })
  @Optional()
  @IsIdText()
  id?: number;
}

export class LogsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 1, description: 'One log instead of the list' })
  @Optional()
  @IsIdText()
  id?: number;

  @ApiPropertyOptional({ ...START, description: 'Only logs that touch the time after it' })
  @Optional()
  @IsInstantText()
  from?: Date;

  @ApiPropertyOptional({ example: 1784617200, description: 'Only logs that start before it' })
  @Optional()
  @IsInstantText()
  to?: Date;

  @ApiPropertyOptional({ example: 1 })
  @Optional()
  @IsIdText()
  project_id?: number;

  @ApiPropertyOptional({ example: 10 })
  @Optional()
  @IsIdText()
  integration_id?: number;
}
