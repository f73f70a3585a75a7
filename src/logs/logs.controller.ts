import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResult, ApiSuccess } from '../common/api-docs.js';
import { pickId } from '../common/ids.js';
import { begun, streamResult } from '../common/json-stream.js';
import { pageEnvelope } from '../common/pages.js';
import { checkedIdempotencyKey } from './idempotency.js';
import { LogCommands } from './log-commands.js';
import { LogResponse } from './log-response.js';
import { CreateLogDto, LogIdQuery, LogsQuery, UpdateLogDto, WaitQuery } from './logs.dto.js';
import { LogsService } from './logs.service.js';

@ApiTags('logs')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1/resources/logs')
export class LogsController {
  constructor(
    private readonly logs: LogsService,
    private readonly commands: LogCommands,
  ) {}

  @Get()
  @RequireUser()
  @ApiOperation({ summary: 'Your logs, newest first; without a limit all of them' })
  @ApiResult(200, 'Newest first; `next_cursor` where a limit cut the list', [LogResponse])
  @ApiErrors('VALIDATION.FAILED', 'PAGE.BAD_CURSOR', 'VALIDATION.IMPOSSIBLE')
  async list(@CurrentUser() user: UserCaller, @Query() query: LogsQuery, @Res() reply: FastifyReply) {
    if (query.id !== undefined) return reply.send({ result: await this.logs.get(user.userId, query.id) });
    if (query.limit !== undefined) {
      const { items, nextCursor } = await this.logs.page(user.userId, query, query.limit);
      return reply.send(pageEnvelope(items, nextCursor));
    }
    const pages = await begun(this.logs.stream(user.userId, query));
    return reply.type('application/json; charset=utf-8').send(streamResult(pages));
  }

  @Get(':id')
  @RequireUser()
  @ApiOperation({ summary: 'One log' })
  @ApiResult(200, 'The log', LogResponse)
  @ApiErrors('VALIDATION.FAILED', 'LOG.NOT_FOUND')
  async get(@CurrentUser() user: UserCaller, @Param('id') id: string) {
    return { result: await this.logs.get(user.userId, pickId(id, undefined)) };
  }

  @Post()
  @RequireUser()
  @HttpCode(201)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and body are carried out once in 24 h',
  })
  @ApiOperation({ summary: 'Write a log; it is pushed to its service once it is complete' })
  @ApiResult(201, 'Written here; `sync` tells of its service', LogResponse)
  @ApiErrors(
    'VALIDATION.FAILED',
    'IDEMPOTENCY.BAD_KEY',
    'INTEGRATION.NOT_FOUND',
    'PROJECT.NOT_FOUND',
    'IDEMPOTENCY.KEY_REUSED',
    'LOG.END_BEFORE_START',
    'LOG.PROJECT_MISMATCH',
    'LOG.TOO_LONG',
  )
  async create(
    @CurrentUser() user: UserCaller,
    @Body() body: CreateLogDto,
    @Query() { wait = false }: WaitQuery,
    @Headers('idempotency-key') keyHeader: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const key = checkedIdempotencyKey(keyHeader);
    const { answer, isReplay } = await this.commands.create(user, body, { requestId: request.id, key, wait });
    if (isReplay) reply.header('Idempotency-Replayed', 'true');
    return { result: answer };
  }

  @Put([':id', ''])
  @RequireUser()
  @ApiOperation({ summary: 'Change some fields of a log' })
  @ApiResult(200, 'As it is now', LogResponse)
  @ApiErrors('VALIDATION.FAILED', 'LOG.NOT_FOUND', 'TIME_ENTRY.LOCKED', 'LOG.END_BEFORE_START', 'LOG.PROJECT_MISMATCH')
  async update(
    @CurrentUser() user: UserCaller,
    @Body() { id, ...changes }: UpdateLogDto,
    @Query() { wait = false }: WaitQuery,
    @Req() request: FastifyRequest,
    @Param('id') pathId?: string,
  ) {
    const options = { requestId: request.id, wait };
    return { result: await this.commands.update(user, pickId(pathId, id), changes, options) };
  }

  @Delete([':id', ''])
  @RequireUser()
  @ApiOperation({ summary: 'Remove a log here and at its service' })
  @ApiSuccess('Removed')
  @ApiErrors('VALIDATION.FAILED', 'LOG.NOT_FOUND', 'TIME_ENTRY.LOCKED')
  async remove(
    @CurrentUser() user: UserCaller,
    @Query() { id, wait = false }: LogIdQuery,
    @Req() request: FastifyRequest,
    @Param('id') pathId?: string,
  ) {
    await this.commands.remove(user, pickId(pathId, id), { requestId: request.id, wait });
    return 'Success';
  }
}
