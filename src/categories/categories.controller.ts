import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import { CategoriesResponse, ReplaceRulesDto } from './categories.dto.js';
import { CategoriesService } from './categories.service.js';

@ApiTags('categories')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1/resources/categories')
export class CategoriesController {
  constructor(private readonly categories: CategoriesService) {}

  @Get()
  @RequireUser()
  @ApiOperation({ summary: 'The rules by which your time falls into categories' })
  @ApiResult(200, 'Yours, or the general ones', CategoriesResponse)
  async get(@CurrentUser() user: UserCaller) {
    return { result: CategoriesResponse.from(await this.categories.getRules(user.userId)) };
  }

  @Put()
  @RequireUser()
  @ApiOperation({ summary: 'Set all your rules, or go back to the general ones' })
  @ApiResult(200, 'As they are now', CategoriesResponse)
  @ApiErrors('VALIDATION.FAILED', 'VALIDATION.IMPOSSIBLE')
  async replace(@CurrentUser() user: UserCaller, @Body() { rules }: ReplaceRulesDto) {
    return { result: CategoriesResponse.from(await this.categories.replaceRules(user.userId, rules)) };
  }
}
