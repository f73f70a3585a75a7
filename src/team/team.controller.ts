import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { answerList, type ReadPage } from '../common/bare-list.js';
import { PageQuery } from '../common/pages.js';
import { DaysQuery, refuseEmptySearch } from '../time-entries/search-days.dto.js';
import { CreateMemberDto, externalIdOf, factsOf, MemberResponse, UpdateMemberDto } from './team.dto.js';
import type { Member } from './team.repository.js';
import { TeamService } from './team.service.js';

const LIST = 'A bare array by id; with a limit, `Link` and `X-Next-Cursor` name the next page';

@ApiTags('team')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi('admin')
@Controller('api-clockify/users')
export class TeamController {
  constructor(private readonly team: TeamService) {}

  @Get('getAll')
  @ApiOperation({ summary: 'Everybody, with a login or without', operationId: 'listMembers' })
  @ApiBare(LIST, [MemberResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  getAll(@Query() query: PageQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerList(query, answering(this.team.all), { request, reply });
  }

  @Get('getByExternalId/:externalId')
  @ApiOperation({ summary: 'The person with this id at Clockify', operationId: 'getMember' })
  @ApiBare('The person', MemberResponse)
  @ApiErrors('USER.NOT_FOUND')
  async getByExternalId(@Param('externalId') externalId: string) {
    return MemberResponse.from(await this.team.getByExternalId(externalId));
  }

  @Get('getByEmail/:email')
  @ApiOperation({ summary: 'The person with this address', operationId: 'getMemberByEmail' })
  @ApiBare('The person; of several the first who is enabled', MemberResponse)
  @ApiErrors('USER.NOT_FOUND')
  async getByEmail(@Param('email') email: string) {
    return MemberResponse.from(await this.team.getByEmail(email));
  }

  @Post('create')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Write down a person who has no login here',
    description: 'Their sessions are theirs from then on. Once they connect that account, they are the user who did.',
    operationId: 'createMember',
  })
  @ApiBare('The new person', MemberResponse, 201)
  @ApiErrors('USER.DUPLICATE_EXTERNAL_ID')
  async create(@Body() body: CreateMemberDto) {
    return MemberResponse.from(await this.team.create(externalIdOf(body), factsOf(body)));
  }

  @Put('update/:externalId')
  @ApiOperation({ summary: 'Change what is known of a person; what is left out stays', operationId: 'changeMember' })
  @ApiBare('The person as it is now', MemberResponse)
  @ApiErrors('USER.NOT_FOUND', 'USER.LAST_ADMIN')
  async update(@Param('externalId') externalId: string, @Body() body: UpdateMemberDto) {
    return MemberResponse.from(await this.team.update(externalId, factsOf(body)));
  }

  @Delete('deleteByExternalId/:externalId')
  @ApiOperation({ summary: 'Disable a person; the hours stay', operationId: 'disableMember' })
  @ApiResultExample(200, 'Disabled, or was so before', { message: 'User deleted' })
  @ApiErrors('USER.NOT_FOUND', 'USER.LAST_ADMIN')
  async remove(@Param('externalId') externalId: string) {
    await this.team.update(externalId, { isEnabled: false });
    return { message: 'User deleted' };
  }
}

/** Also where the first description of this API had it. */
@ApiTags('team')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi('admin')
@Controller(['api-clockify/users', 'users'])
export class TeamSearchController {
  constructor(private readonly team: TeamService) {}

  @Get('search')
  @ApiOperation({
    summary: 'Whoever has sessions that start in these days',
    description: 'Days of REPORT_TIME_ZONE, both included. Deleted sessions do not count.',
    operationId: 'searchMembers',
  })
  @ApiBare(LIST, [MemberResponse])
  @ApiErrors('SEARCH.NO_FILTER', 'SEARCH.DAYS_REVERSED', 'VALIDATION.IMPOSSIBLE', 'PAGE.BAD_CURSOR')
  search(
    @Query() { startDate, fromDate, toDate, ...page }: DaysQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const days = { startDate, fromDate, toDate };
    refuseEmptySearch(days);
    return answerList(page, answering(this.team.search(days)), { request, reply });
  }
}

const answering =
  (read: ReadPage<Member>): ReadPage<MemberResponse> =>
  async (page) => {
    const { items, nextCursor } = await read(page);
    return { items: items.map((member) => MemberResponse.from(member)), nextCursor };
  };
