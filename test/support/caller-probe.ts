import { Controller, Get, Module, Post, Put } from '@nestjs/common';
import type { Caller } from '../../src/auth/caller.js';
import {
  CurrentCaller,
  Public,
  RequireAdminApi,
  RequireFlicToken,
  RequireUser,
  WebhookCaller,
} from '../../src/auth/decorators.js';
import type { TestApp } from './app.js';

const nameOf = (caller: Caller) => (caller.kind === 'user' ? caller.username : 'the secret');

/** One route per kind of caller. */
@Controller('probe')
class ProbeController {
  @RequireUser()
  @Get('user')
  user(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireUser()
  @Post('user')
  write(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireUser('admin')
  @Get('admin-user')
  adminUser(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireAdminApi()
  @Get('admin-api')
  adminApi(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireAdminApi('admin')
  @Put('admin-api')
  adminOnly(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireFlicToken()
  @Get(['flic', 'flic/:token'])
  flic(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @WebhookCaller()
  @Get('webhook')
  webhook() {
    return { caller: 'unverified' };
  }

  @Public()
  @Get('public')
  open() {
    return { caller: 'anybody' };
  }

  @Get('undeclared')
  undeclared() {
    return { caller: 'nobody' };
  }
}

/** For `startTestApp({ imports: [CallerProbeModule] })`. */
@Module({ controllers: [ProbeController] })
export class CallerProbeModule {}

export type Headers = Record<string, string>;

/** Calls a route of the probe. */
export const callProbe = (app: TestApp, path: string, headers: Headers = {}, method = 'GET') =>
  fetch(`${app.url}/probe/${path}`, { method, headers });

/** `<status> <error code, or who the route says is calling>`. */
export async function outcomeOf(app: TestApp, path: string, headers: Headers = {}, method = 'GET'): Promise<string> {
  const answer = await callProbe(app, path, headers, method);
  const body = (await answer.json()) as { code?: string; caller?: string };
  return `${answer.status} ${body.code ?? body.caller}`;
}
