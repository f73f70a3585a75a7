import { Body, Controller, Delete, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller, RequireAdminApi } from '../auth/decorators.js';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { pickId } from '../common/ids.js';
import { authorOf } from './author.js';
import { SessionCommands } from './session-commands.service.js';
import { CreateSessionDto, saidOf, typedTimesOf, UpdateSessionDto } from './sessions.dto.js';

@ApiTags('sessions')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi()
@Controller('api-clockify/sessions')
export class SessionCommandsController {
  constructor(private readonly commands: SessionCommands) {}

  @Post('create')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Write down a session by hand',
    description:
      'It is never sent to a service, and no sync removes it. An id that was used before, also by a deleted one, is 409.',
  })
  @ApiResultExample(201, 'Written', { message: 'Session created', id: 24 })
  @ApiErrors(
    'SESSION.DUPLICATE_EXTERNAL_ID',
    'SESSION.UNKNOWN_USER',
    'VALIDATION.IMPOSSIBLE',
    'SESSION.END_BEFORE_START',
    'SESSION.TOO_LONG',
    'SESSION.NOT_BEGUN',
    'SESSION.RUNNING_OR_ENDED',
    'SESSION.BAD_DURATION',
    'SESSION.BAD_OFFSET',
  )
  async create(@Body() body: CreateSessionDto, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest) {
    const { external_sesion_id: externalId, idWorkspace: workspaceId, idUser: userId, startDate: startedAt } = body;
    const typed = { ...typedTimesOf(body), startedAt };
    const place = { externalId, workspaceId, userId };
    const id = await this.commands.create(place, saidOf(body), typed, authorOf(caller, request.id));
    return { message: 'Session created', id };
  }

  @Put('update/:id')
  @ApiOperation({
    summary: 'Change some fields of a session',
    description:
      'What is left out stays. A change of reported times follows the rule of review. One of a service is changed there too.',
  })
  @ApiResultExample(200, 'Changed, or as it was', { message: 'Session updated' })
  @ApiErrors(
    'SESSION.NOT_FOUND',
    'TIME_ENTRY.NOT_FOUND',
    'TIME_ENTRY.LOCKED',
    'VALIDATION.IMPOSSIBLE',
    'SESSION.END_BEFORE_START',
    'SESSION.TOO_LONG',
    'SESSION.NOT_BEGUN',
    'SESSION.RUNNING_OR_ENDED',
    'SESSION.BAD_DURATION',
    'SESSION.BAD_OFFSET',
    'SESSION.UNKNOWN_PROJECT',
  )
  async update(
    @Param('id') id: string,
    @Body() body: UpdateSessionDto,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ) {
    const author = authorOf(caller, request.id);
    await this.commands.update(pickId(id, undefined), saidOf(body), typedTimesOf(body), author);
    return { message: 'Session updated' };
  }

  @Delete('delete/:id')
  @ApiOperation({ summary: 'Disable a session: it and its history stay' })
  @ApiResultExample(200, 'Disabled, or was so before', { message: 'Session deleted' })
  @ApiErrors('SESSION.NOT_FOUND', 'TIME_ENTRY.LOCKED')
  async remove(@Param('id') id: string, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest) {
    await this.commands.remove(pickId(id, undefined), authorOf(caller, request.id));
    return { message: 'Session deleted' };
  }
}
