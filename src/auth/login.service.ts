import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { BrowserCookies } from './browser-cookies.service.js';
import { PasswordChecks } from './password-checks.service.js';

/** Who somebody is, by username and password. */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: UsersService,
    private readonly passwordChecks: PasswordChecks,
    private readonly cookies: BrowserCookies,
  ) {}

  /**
   * @returns the user, or `null` for a wrong password, an unknown name and a disabled account alike
   * @throws DomainError 429 `AUTH.TOO_MANY_FAILURES`
   */
  async verify(request: FastifyRequest, username: string, password: string): Promise<User | null> {
    const user = await this.users.findByUsername(username);
    // A disabled account is treated as an unknown one, in time and in count too.
    const account = user?.isEnabled ? user : null;
    const isRight = await this.passwordChecks.isRight({
      counter: this.counterFor(request, account, username),
      peer: request.ip,
      password,
      passwordHash: account?.passwordHash ?? null,
    });
    return isRight ? account : null;
  }

  /** The counter a wrong password of this request belongs to. */
  counterFor(request: FastifyRequest, user: User | null, username: string): string {
    const device = user && this.cookies.deviceOf(request, user.id);
    return device ? `device:${device.nonce}` : `account:${username.toLowerCase()}`;
  }
}
