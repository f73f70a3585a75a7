import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller, RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { answerList, type ReadPage } from '../common/bare-list.js';
import { notFound } from '../common/errors.js';
import { pickId } from '../common/ids.js';
import { PageQuery } from '../common/pages.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import { authorOf } from './author.js';
import { BinnacleResponse } from './binnacle-response.js';
import { BinnacleSearchQuery, CreateBinnacleDto, historySearchOf, remarkOf, VerifyQuery } from './binnacle.dto.js';
import type { HistoryLine } from './history.repository.js';
import { HistoryService } from './history.service.js';
import { SessionsService } from './sessions.service.js';

const LIST = 'A bare array; with a limit, `Link` and `X-Next-Cursor` name the next page';

@ApiTags('binnacle')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi()
@Controller('api-clockify/session-binnacle')
export class BinnacleController {
  constructor(
    private readonly history: HistoryService,
    private readonly sessions: SessionsService,
    private readonly entries: TimeEntriesService,
  ) {}

  @Get('getAll')
  @ApiOperation({ summary: 'The whole history, in the order it was written; without a limit all of it, streamed' })
  @ApiBare(LIST, [BinnacleResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  async getAll(@Query() query: PageQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerList(query, this.answering(await this.history.search({})), { request, reply });
  }

  @Get('getById/:id')
  @ApiOperation({ summary: 'One line of the history' })
  @ApiBare('The line', BinnacleResponse)
  @ApiErrors('BINNACLE.NOT_FOUND')
  async getById(@Param('id') id: string) {
    return BinnacleResponse.from(await this.history.get(pickId(id, undefined)), this.sessions.defaultWorkspaceName);
  }

  @Get('getByIdSession/:id')
  @ApiOperation({ summary: 'The history of one session, oldest first' })
  @ApiBare(LIST, [BinnacleResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  async getByIdSession(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const read = await this.history.search({ entryId: pickId(id, undefined) });
    return answerList(query, this.answering(read), { request, reply });
  }

  @Post('create')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Add a remark to the history of a session',
    description:
      'It changes nothing of the session. Author and time of the line are the server’s; lines are never changed or removed.',
  })
  @ApiResultExample(201, 'Written', { message: 'Binnacle entry created', id: 42 })
  @ApiErrors('SESSION.NOT_FOUND', 'VALIDATION.IMPOSSIBLE')
  async create(@Body() body: CreateBinnacleDto, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest) {
    const id = await this.history.remark(body.idSesion, remarkOf(body), authorOf(caller, request.id));
    return { message: 'Binnacle entry created', id };
  }

  @Get('verify')
  @ApiOperation({ summary: 'Recompute every chain: names each row altered, inserted or removed' })
  @ApiResultExample(200, 'What happened', {
    intact: false,
    findings: [
      { kind: 'row_altered', entryId: 24, sequence: 2, binnacleId: 71, message: 'Row 2 of entry 24 was altered.' },
    ],
    findingCount: 1,
    counts: { entries: 412, rows: 1290, checkpoints: 3 },
  })
  @ApiErrors('TIME_ENTRY.NOT_FOUND')
  async verify(@Query() query: VerifyQuery) {
    const report = await this.entries.verifyBinnacle(query.id);
    const isUnknown = query.id !== undefined && report.counts.entries === 0 && report.findings.length === 0;
    if (isUnknown) throw notFound('TIME_ENTRY.NOT_FOUND', 'There is no such time entry, and there never was.');
    return report;
  }

  private answering(read: ReadPage<HistoryLine>): ReadPage<BinnacleResponse> {
    return answering(read, this.sessions.defaultWorkspaceName);
  }
}

/** Also where the first description of this API had it. */
@ApiTags('binnacle')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi()
@Controller(['api-clockify/session-binnacle', 'binnacle'])
export class BinnacleSearchController {
  constructor(
    private readonly history: HistoryService,
    private readonly sessions: SessionsService,
  ) {}

  @Get('search')
  @ApiOperation({
    summary: 'Lines for which everything asked holds',
    description: 'Project and days are those of the session as it was then; the address is its owner’s of today.',
  })
  @ApiBare(LIST, [BinnacleResponse])
  @ApiErrors('SEARCH.NO_FILTER', 'SEARCH.DAYS_REVERSED', 'VALIDATION.IMPOSSIBLE', 'PAGE.BAD_CURSOR')
  async search(@Query() query: BinnacleSearchQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const read = await this.history.search(historySearchOf(query));
    return answerList(query, answering(read, this.sessions.defaultWorkspaceName), { request, reply });
  }
}

const answering =
  (read: ReadPage<HistoryLine>, workspaceName: string): ReadPage<BinnacleResponse> =>
  async (page) => {
    const { items, nextCursor } = await read(page);
    return { items: items.map((line) => BinnacleResponse.from(line, workspaceName)), nextCursor };
  };
