import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { IsId, Optional } from '../common/validation.js';

export class UpdateSyncDto {
  @ApiPropertyOptional({ example: true, description: 'Read the services by themselves' })
  @Optional()
  @IsBoolean()
  auto?: boolean;

  @ApiPropertyOptional({ example: 300, minimum: 60, maximum: 86_400 })
  @Optional()
  @IsInt()
  @Min(60)
  @Max(86_400)
  interval_seconds?: number;
}

export class SyncNowDto {
  @ApiPropertyOptional({ example: 10, description: 'Default: all of yours' })
  @Optional()
  @IsId()
  integration_id?: number;

  @ApiPropertyOptional({
    example: 7,
    minimum: 1,
    maximum: 90,
    description: 'Walk these days instead of asking for changes',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(90)
  days?: number;

  @ApiPropertyOptional({ description: 'Answer the plan, row by row, and change nothing' })
  @Optional()
  @IsBoolean()
  dry_run?: boolean;

  @ApiPropertyOptional({ example: 3, description: 'Carry out this plan, if nothing has moved since' })
  @Optional()
  @IsId()
  plan_id?: number;
}
