import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, ValidateNested } from 'class-validator';
import { IsId, IsText, Nullable, Optional } from '../common/validation.js';
import { FLIC_ACTIONS, type FlicAction } from './flic-settings.js';

export class FlicBindingDto {
  @ApiProperty({ enum: FLIC_ACTIONS })
  @IsIn(FLIC_ACTIONS)
  action: FlicAction;

  @ApiPropertyOptional({ example: 10, nullable: true })
  @Nullable()
  @IsId()
  integration_id?: number | null;

  @ApiPropertyOptional({ example: 1, nullable: true })
  @Nullable()
  @IsId()
  project_id?: number | null;

  @ApiPropertyOptional({ example: 'Working' })
  @Optional()
  @IsText(3000, 1)
  task?: string;
}

export class UpdateFlicDto {
  @ApiPropertyOptional({ example: 10, nullable: true })
  @Nullable()
  @IsId()
  default_integration?: number | null;

  @ApiPropertyOptional({ type: FlicBindingDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => FlicBindingDto)
  click?: FlicBindingDto;

  @ApiPropertyOptional({ type: FlicBindingDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => FlicBindingDto)
  double_click?: FlicBindingDto;

  @ApiPropertyOptional({ type: FlicBindingDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => FlicBindingDto)
  hold?: FlicBindingDto;
}
