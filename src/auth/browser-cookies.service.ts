import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../common/clock.js';
import { unauthorized } from '../common/errors.js';
import { randomToken, sha256 } from '../common/hashing.js';
import type { User } from '../users/user.entity.js';
import type { UserCaller } from './caller.js';
import { CookieSessionsRepository } from './cookie-sessions.repository.js';
import { clearCookie, readCookie, setCookie } from './cookies.js';
import { KnownDevices } from './known-devices.js';
import { OriginPolicy } from './origin-policy.js';

const DAY_SECONDS = 86_400;
const SESSION_DAYS = 30;
const DEVICE_DAYS = 400;

/** The two cookies a browser gets at sign-in: who it is, and that it has been here before. */
@Injectable()
export class BrowserCookies {
  constructor(
    private readonly sessions: CookieSessionsRepository,
    private readonly devices: KnownDevices,
    private readonly origins: OriginPolicy,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs the browser in with a value that never existed before, whatever cookie it brought.
   * @throws DomainError 401 when the password was changed or the user disabled in the meantime
   */
  async open(user: User, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const value = randomToken();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + SESSION_DAYS * DAY_SECONDS * 1000);
    await this.sessions.deleteExpiredOf(user.id, createdAt);
    const owner = { id: user.id, passwordHash: user.passwordHash ?? '' };
    if (!(await this.sessions.open(owner, { tokenHash: sha256(value), createdAt, expiresAt }))) throw unauthorized();
    const isSecure = this.origins.isSecure(request);
    setCookie(reply, { name: 'timesheet_session', value, maxAgeSeconds: SESSION_DAYS * DAY_SECONDS, isSecure });
    const device = this.deviceOf(request, user.id)?.value ?? this.devices.issue(user.id);
    setCookie(reply, { name: 'timesheet_device', value: device, maxAgeSeconds: DEVICE_DAYS * DAY_SECONDS, isSecure });
  }

  /** Signs the browser out. A caller who came with a token has no cookie to end. */
  async close(caller: UserCaller, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const [kind, id] = caller.credential.split(':');
    if (kind === 'cookie') await this.sessions.delete(Number(id));
    clearCookie(reply, 'timesheet_session', this.origins.isSecure(request));
  }

  /** The browser as one that signed in to this account before, or `null`. */
  deviceOf(request: FastifyRequest, userId: number): { value: string; nonce: string } | null {
    const cookie = readCookie(request, 'timesheet_device', this.origins.isSecure(request));
    if (cookie === null || cookie === 'ambiguous') return null;
    const nonce = this.devices.nonceOf(cookie.value, userId);
    return nonce === null ? null : { value: cookie.value, nonce };
  }
}
