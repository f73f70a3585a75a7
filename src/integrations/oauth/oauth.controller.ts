import { Controller, Get, HttpCode, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { UserCaller } from '../../auth/caller.js';
import { CurrentUser, RequireUser } from '../../auth/decorators.js';
import { ApiErrors, ApiResult } from '../../common/api-docs.js';
import { IntegrationResponse } from '../integrations.dto.js';
import { readConsentAnswer, StartOAuthQuery } from './oauth.dto.js';
import { OAuthService } from './oauth.service.js';

/** Whose consent page the route is for; without another name its first service is meant, which is called alike. */
const FAMILY = 'zoho';
const PATH = `v1/rpc/oauth/${FAMILY}`;
const CALLBACK = `/${PATH}/callback`;

@ApiTags('integrations')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED', 'VALIDATION.FAILED')
@RequireUser()
@Controller(PATH)
export class OAuthController {
  constructor(private readonly oauth: OAuthService) {}

  @Get('start')
  @HttpCode(302)
  @ApiOperation({ summary: 'Go to Zoho’s consent page, to connect an account without copying tokens' })
  @ApiResponse({
    status: 302,
    description: 'To the consent page; it sends you back within ten minutes',
    headers: {
      Location: { schema: { type: 'string' }, example: 'https://accounts.zoho.eu/oauth/v2/auth?response_type=code' },
    },
  })
  @ApiErrors('INTEGRATION.UNKNOWN_PROVIDER', 'OAUTH.NOT_CONFIGURED', 'OAUTH.NO_PUBLIC_URL')
  async start(
    @CurrentUser() user: UserCaller,
    @Query() query: StartOAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { provider = FAMILY, region = null, return_to: returnTo = null } = query;
    const url = await this.oauth.start(user.userId, { provider, region, returnTo }, CALLBACK);
    void reply.header('location', url);
  }

  @Get('callback')
  @ApiOperation({
    summary: 'Where Zoho sends you back to: the account is connected',
    description: 'Works once, for the user who started, within ten minutes.',
  })
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'error', required: false })
  @ApiQuery({ name: 'location', required: false })
  @ApiQuery({ name: 'accounts-server', required: false })
  @ApiResult(200, 'The connected account', IntegrationResponse)
  @ApiResponse({ status: 302, description: 'To `return_to`, where one was given' })
  @ApiErrors('OAUTH.BAD_STATE', 'OAUTH.FOREIGN_SERVER', 'OAUTH.REFUSED', 'INTEGRATION.ACCOUNT_TAKEN')
  async callback(
    @CurrentUser() user: UserCaller,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ result: IntegrationResponse } | undefined> {
    const { integration, returnTo } = await this.oauth.finish(user.userId, readConsentAnswer(query), CALLBACK);
    if (returnTo === null) return { result: IntegrationResponse.from(integration) };
    void reply.code(302).header('location', returnTo);
    return undefined;
  }
}
