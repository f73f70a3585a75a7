import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { UsersModule } from '../users/users.module.js';
import { AccountsService } from './accounts.service.js';
import { BrowserCookies } from './browser-cookies.service.js';
import { CallerGuard } from './caller.guard.js';
import { Callers } from './callers.service.js';
import { CookieSessionsRepository } from './cookie-sessions.repository.js';
import { FirstStart } from './first-start.js';
import { IdentitiesRepository } from './identities.repository.js';
import { KnownDevices } from './known-devices.js';
import { LocalStrategy } from './local.strategy.js';
import { LoginController } from './login.controller.js';
import { LoginFailuresRepository } from './login-failures.repository.js';
import { LoginService } from './login.service.js';
import { MeController } from './me.controller.js';
import { OriginPolicy } from './origin-policy.js';
import { PasswordChecks } from './password-checks.service.js';
import { RateLimits } from './rate-limits.js';
import { AdminSecretStrategy, AuthTokenStrategy, SessionCookieStrategy } from './strategies.js';
import { TokenUse } from './token-use.js';
import { TokensController } from './tokens.controller.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';
import { UsersController } from './users.controller.js';

/** Who calls: the guard before every route, sign-in, and the accounts people manage themselves. */
@Module({
  imports: [UsersModule],
  controllers: [LoginController, MeController, UsersController, TokensController],
  providers: [
    { provide: APP_GUARD, useClass: CallerGuard },
    Callers,
    SessionCookieStrategy,
    AuthTokenStrategy,
    AdminSecretStrategy,
    LocalStrategy,
    OriginPolicy,
    RateLimits,
    IdentitiesRepository,
    TokenUse,
    LoginService,
    PasswordChecks,
    LoginFailuresRepository,
    BrowserCookies,
    CookieSessionsRepository,
    KnownDevices,
    AccountsService,
    TokensService,
    TokensRepository,
    FirstStart,
  ],
  exports: [AccountsService, TokensService, IdentitiesRepository, OriginPolicy, FirstStart],
})
export class AuthModule {}
