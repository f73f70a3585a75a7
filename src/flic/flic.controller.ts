import { Body, Controller, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireFlicToken, RequireUser } from '../auth/decorators.js';
import { DomainError, notFound } from '../common/errors.js';
import { FLIC_EVENTS, type FlicEvent } from './flic-settings.js';
import { UpdateFlicDto } from './flic.dto.js';
import { FlicService } from './flic.service.js';
import { pressedButton } from './pressed-button.js';

const SETTINGS_EXAMPLE = {
  result: {
    default_integration: 10,
    click: { action: 'toggle', task: 'Working' },
    double_click: { action: 'none' },
    hold: { action: 'none' },
    buttons: [{ button: 'BC44-B06243', name: 'Badge', battery_percent: 87, last_pressed_at: 1784530800 }],
  },
};

@ApiTags('flic')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1')
export class FlicController {
  constructor(private readonly flic: FlicService) {}

  @Get('resources/flic')
  @RequireUser()
  @ApiOperation({ summary: 'What your button does, and the buttons seen' })
  @ApiResultExample(200, 'What happened', SETTINGS_EXAMPLE)
  async settings(@CurrentUser() user: UserCaller) {
    return { result: await this.flic.getSettings(user.userId) };
  }

  @Put('resources/flic')
  @RequireUser()
  @ApiOperation({ summary: 'Set what a click, a double click and a hold do; what is left out stays' })
  @ApiResultExample(200, 'What happened', SETTINGS_EXAMPLE)
  async update(@CurrentUser() user: UserCaller, @Body() body: UpdateFlicDto) {
    return { result: await this.flic.updateSettings(user.userId, body) };
  }

  @Post(['rpc/flic/:event', 'rpc/flic/:event/:token'])
  @RequireFlicToken()
  // The Flic app lets people choose any type of body, and a press needs none.
  @RouteConfig({ ignoresBody: true })
  @HttpCode(200)
  @ApiOperation({ summary: 'A press: answers what happened in one sentence' })
  @ApiParam({ name: 'event', enum: FLIC_EVENTS })
  @ApiParam({ name: 'token', description: 'A token of yours, where the app can set no header' })
  @ApiQuery({ name: 'token', required: false, description: 'The same, in the query' })
  @ApiResultExample(200, 'What happened', { result: 'Stopped *Working* after 1 h 05 min', status: 'stopped' })
  press(@CurrentUser() user: UserCaller, @Param('event') event: string, @Req() request: FastifyRequest) {
    return this.answer(user, event, request);
  }

  @Get(['rpc/flic/:event', 'rpc/flic/:event/:token'])
  @RequireFlicToken()
  @ApiOperation({ summary: 'The same press by GET, for what can only open an address' })
  @ApiParam({ name: 'event', enum: FLIC_EVENTS })
  @ApiParam({ name: 'token', description: 'A token of yours, where the app can set no header' })
  @ApiQuery({ name: 'token', required: false, description: 'The same, in the query' })
  @ApiResultExample(200, 'What happened', { result: 'Started *Working* at 08:02', status: 'started' })
  pressByGet(@CurrentUser() user: UserCaller, @Param('event') event: string, @Req() request: FastifyRequest) {
    return this.answer(user, event, request);
  }

  private async answer(user: UserCaller, event: string, request: FastifyRequest) {
    if (!(FLIC_EVENTS as readonly string[]).includes(event)) {
      throw notFound('FLIC.UNKNOWN_EVENT', `event must be one of ${FLIC_EVENTS.join(', ')}`);
    }
    // The server answers HEAD wherever it answers GET; who only looks presses nothing.
    if (request.method === 'HEAD') throw new DomainError(405, 'FLIC.NO_PRESS', 'A press is a GET or a POST.');
    const pressed = pressedButton(request.headers, user.credential);
    const { outcome, sentence, warnings } = await this.flic.press(user, event as FlicEvent, pressed);
    return { result: sentence, status: outcome, ...(warnings.length > 0 && { warnings }) };
  }
}
