import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller, RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { authorOf } from './author.js';
import { LateChangeResponse } from './late-change-response.js';
import { ApproveDto, ReopenDto, sessionNameOf, SessionNameQuery } from './review.dto.js';
import { SessionReviews } from './session-reviews.service.js';
import { REVIEW_MESSAGES } from './session-words.dto.js';

@ApiTags('sessions')
@ApiErrors(
  'VALIDATION.FAILED',
  'AUTH.REQUIRED',
  'AUTH.ROLE',
  'AUTH.ORIGIN',
  'RATE.LIMITED',
  'SESSION.NOT_FOUND',
  'SESSION.AMBIGUOUS',
  'SESSION.OWN_ENTRY',
)
@RequireAdminApi()
@Controller('api-clockify/sessions')
export class SessionReviewController {
  constructor(private readonly reviews: SessionReviews) {}

  @Post('approve')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Approve or reject a session under review',
    description:
      'Approved, its times are the valid ones and it is locked; rejected, its valid times stay as they were. ' +
      'The same decision again changes nothing. Nobody decides about their own sessions.',
  })
  @ApiResultExample(200, 'Decided', { message: REVIEW_MESSAGES.approved })
  @ApiErrors('SESSION.NOT_UNDER_REVIEW', 'SESSION.ALREADY_DECIDED', 'SESSION.STILL_OPEN')
  async approve(
    @Query() query: SessionNameQuery,
    @Body() { aprobado, observacion }: ApproveDto,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ) {
    const decision = aprobado ? 'approved' : 'rejected';
    await this.reviews.decide(sessionNameOf(query), decision, observacion ?? undefined, authorOf(caller, request.id));
    return { message: REVIEW_MESSAGES[decision] };
  }

  @Post('reopen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a decision back: the session is under review again' })
  @ApiResultExample(200, 'Under review', { message: REVIEW_MESSAGES.reopened })
  @ApiErrors('SESSION.NOT_DECIDED')
  async reopen(
    @Query() query: SessionNameQuery,
    @Body() { reason, applyLateChanges = true }: ReopenDto,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ) {
    await this.reviews.reopen(sessionNameOf(query), reason, applyLateChanges, authorOf(caller, request.id));
    return { message: REVIEW_MESSAGES.reopened };
  }

  @Get('lateChanges')
  @ApiOperation({ summary: 'What its service changed after a person approved the session, in order' })
  @ApiBare('Those that wait for a reopening, and those already carried out', [LateChangeResponse])
  @ApiErrors('SESSION.NOT_FOUND', 'SESSION.AMBIGUOUS')
  async lateChanges(@Query() query: SessionNameQuery) {
    const changes = await this.reviews.lateChanges(sessionNameOf(query));
    return changes.map((change) => LateChangeResponse.from(change));
  }
}
