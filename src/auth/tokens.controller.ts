import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdQuery, pickId } from '../common/ids.js';
import { pageEnvelope, PageQuery } from '../common/pages.js';
import { ApiErrors, ApiResult, ApiSuccess } from '../common/api-docs.js';
import type { UserCaller } from './caller.js';
import { CurrentUser, RequireUser } from './decorators.js';
import { CreateTokenRequest, NewTokenResponse, TokenResponse } from './tokens.dto.js';
import { TokensService } from './tokens.service.js';

@ApiTags('tokens')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@RequireUser()
@Controller('v1/resources/tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @ApiOperation({ summary: 'Your tokens, without the tokens themselves', operationId: 'listTokens' })
  @ApiResult(200, 'Oldest first', [TokenResponse])
  @ApiErrors('VALIDATION.FAILED', 'PAGE.BAD_CURSOR')
  async list(@CurrentUser() caller: UserCaller, @Query() query: PageQuery) {
    const { items, nextCursor } = await this.tokens.list(caller.userId, query);
    return pageEnvelope(
      items.map((token) => TokenResponse.from(token)),
      nextCursor,
    );
  }

  @Post()
  @ApiOperation({
    summary: 'Make a token; it is shown this once',
    description: 'Use it as `Authorization: Bearer <token>`, or as the header `auth_token` together with `username`.',
    operationId: 'createToken',
  })
  @ApiResult(201, 'The token', NewTokenResponse)
  @ApiErrors('VALIDATION.FAILED', 'AUTH.ORIGIN')
  async create(
    @CurrentUser() caller: UserCaller,
    @Body() request: CreateTokenRequest,
  ): Promise<{ result: NewTokenResponse }> {
    const { id, name, token } = await this.tokens.create(caller.userId, request.name);
    return { result: { id, name, token } };
  }

  @Delete(['', ':id'])
  @ApiOperation({ summary: 'Revoke a token, at once and everywhere', operationId: 'deleteToken' })
  @ApiSuccess('It opens nothing any more')
  @ApiErrors('VALIDATION.FAILED', 'AUTH.ORIGIN', 'TOKEN.NOT_FOUND')
  async delete(
    @CurrentUser() caller: UserCaller,
    @Query() query: IdQuery,
    @Param('id') pathId?: string,
  ): Promise<string> {
    await this.tokens.delete(caller.userId, pickId(pathId, query.id));
    return 'Success';
  }
}
