import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsObject,
  IsString,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsText } from '../common/validation.js';
import type { CategoryRules } from './categories.service.js';
import type { CategoryRule } from './category-rule.js';
import { WORKOUT_RULES } from './workout-rules.js';

const RULE = { keywords: ['coding', 'code review'], category: 'Coding' };

export class CategoryRuleDto {
  @ApiProperty({ example: RULE.keywords, type: [String], description: '1 to 50, each of at most 100 characters' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(100, { each: true })
  keywords: string[];

  @ApiProperty({ example: RULE.category })
  @IsText(100, 1)
  category: string;
}

export class ReplaceRulesDto {
  @ApiProperty({
    type: [CategoryRuleDto],
    nullable: true,
    description: 'All rules, in their order, 200 at most; null for the general ones again',
  })
  @ValidateIf((_object, value) => value !== null)
  @IsArray()
  @ArrayMaxSize(200)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CategoryRuleDto)
  rules: CategoryRuleDto[] | null;
}

export class CategoriesResponse {
  @ApiProperty({ type: [CategoryRuleDto], description: 'In the order in which they are tried', example: [RULE] })
  rules: readonly CategoryRule[];

  @ApiProperty({ description: 'These are the general rules: you have none of your own', example: false })
  is_default: boolean;

  @ApiProperty({
    type: [CategoryRuleDto],
    description: 'Tried after your own rules in what a health app recorded; another kind of workout is Sport',
    example: [{ keywords: ['Walking', 'Hiking'], category: 'Walking' }],
  })
  workouts: readonly CategoryRule[];

  static from({ rules, isDefault }: CategoryRules): CategoriesResponse {
    return { rules, is_default: isDefault, workouts: WORKOUT_RULES };
  }
}
