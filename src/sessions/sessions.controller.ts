import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors } from '../common/api-docs.js';
import { answerList, type ReadPage } from '../common/bare-list.js';
import { pickId } from '../common/ids.js';
import { PageQuery } from '../common/pages.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { searchOf, SessionSearchQuery } from './session-search.dto.js';
import { SessionResponse } from './session-response.js';
import { SessionsService } from './sessions.service.js';

const LIST = 'A bare array; with a limit, `Link` and `X-Next-Cursor` name the next page';

@ApiTags('sessions')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi()
@Controller('api-clockify/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get('getAll')
  @ApiOperation({ summary: 'Every session, deleted ones too; without a limit all of them, streamed' })
  @ApiBare(LIST, [SessionResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  getAll(@Query() query: PageQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerList(query, this.answering(this.sessions.all), { request, reply });
  }

  @Get('getById/:id')
  @ApiOperation({ summary: 'One session' })
  @ApiBare('The session', SessionResponse)
  @ApiErrors('SESSION.NOT_FOUND')
  async getById(@Param('id') id: string) {
    return this.respond(await this.sessions.get(pickId(id, undefined)));
  }

  @Get('getByEmail/:email')
  @ApiOperation({ summary: 'The sessions of whoever has this address, by start' })
  @ApiBare(LIST, [SessionResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  async getByEmail(
    @Param('email') email: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const read = await this.sessions.search({ email });
    return answerList(query, this.answering(read), { request, reply });
  }

  @Get('getByUser/:id')
  @ApiOperation({ summary: 'The sessions of a user, by start' })
  @ApiBare(LIST, [SessionResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  async getByUser(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const read = await this.sessions.search({ userId: pickId(id, undefined) });
    return answerList(query, this.answering(read), { request, reply });
  }

  @Get('search')
  @ApiOperation({
    summary: 'Sessions for which everything asked holds, by start',
    description: 'Texts are compared as a whole and in any case; days are those of REPORT_TIME_ZONE, both included.',
  })
  @ApiBare(LIST, [SessionResponse])
  @ApiErrors('SEARCH.NO_FILTER', 'SEARCH.DAYS_REVERSED', 'VALIDATION.IMPOSSIBLE', 'PAGE.BAD_CURSOR')
  async search(@Query() query: SessionSearchQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const read = await this.sessions.search(searchOf(query));
    return answerList(query, this.answering(read), { request, reply });
  }

  private answering(read: ReadPage<TimeEntry>): ReadPage<SessionResponse> {
    return async (page) => {
      const { items, nextCursor } = await read(page);
      return { items: items.map((entry) => this.respond(entry)), nextCursor };
    };
  }

  private respond(entry: TimeEntry): SessionResponse {
    return SessionResponse.from(entry, this.sessions.defaultWorkspaceName);
  }
}
