import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { forbidden } from '../common/errors.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { hashPassword } from '../users/passwords.js';
import type { User } from '../users/user.entity.js';
import { UsersService, type PersonFacts, type UserChanges } from '../users/users.service.js';
import { CookieSessionsRepository } from './cookie-sessions.repository.js';
import { LoginService } from './login.service.js';
import { PasswordChecks } from './password-checks.service.js';
import { TokensRepository } from './tokens.repository.js';

/** What happens to a person's cookies and tokens when the person changes. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: CookieSessionsRepository,
    private readonly tokens: TokensRepository,
    private readonly transactions: Transactions,
    private readonly passwordChecks: PasswordChecks,
    private readonly login: LoginService,
  ) {}

  /**
   * Changes a user as an admin does. A new password ends the cookies; disabling ends cookies and tokens; hours stay.
   * @param password in clear; replaces the old one without asking for it
   * @throws DomainError as `UsersService.change`
   */
  async change(id: number, changes: UserChanges, password?: string): Promise<User> {
    const all = password === undefined ? changes : { ...changes, passwordHash: await hashPassword(password) };
    await this.transactions.run((tx) => this.write(id, all, tx));
    return this.users.get(id);
  }

  /**
   * Changes the caller's own account.
   * @returns the user as it is now; when `newPassword` was given every cookie so far has ended
   * @throws DomainError 403 `ME.WRONG_PASSWORD`; 429 `AUTH.TOO_MANY_FAILURES`
   */
  async changeOwn(
    request: FastifyRequest,
    id: number,
    changes: UserChanges,
    passwords?: { current: string; next: string },
  ): Promise<User> {
    if (passwords === undefined) return this.change(id, changes);
    const user = await this.users.get(id);
    await this.demandPassword(request, user, passwords.current);
    const passwordHash = await hashPassword(passwords.next);
    await this.transactions.run(async (tx) => {
      const before = await this.write(id, { ...changes, passwordHash }, tx);
      // Two changes at once: the one that comes second was checked against a password that is no more.
      if (before.passwordHash !== user.passwordHash) throw wrongPassword();
    });
    return this.users.get(id);
  }

  /** Ends the account's use; the hours stay. Doing so again changes nothing. */
  async disable(id: number): Promise<void> {
    await this.transactions.run((tx) => this.write(id, { isEnabled: false }, tx));
  }

  /**
   * Writes down what is known of a person, in the caller's transaction; disabling ends cookies and tokens.
   * @throws DomainError as `UsersService.describe`
   */
  async describe(id: number, facts: PersonFacts, tx: Tx): Promise<void> {
    await this.endUses(await this.users.describe(id, facts, tx), facts, tx);
  }

  private async write(id: number, changes: UserChanges, tx: Tx): Promise<User> {
    const before = await this.users.change(id, changes, tx);
    await this.endUses(before, changes, tx);
    return before;
  }

  private async endUses({ id, isEnabled }: User, changes: UserChanges, tx: Tx): Promise<void> {
    // Whoever was disabled elsewhere comes back without the cookies and tokens of before, too.
    const endsAll = changes.isEnabled === false || (changes.isEnabled === true && !isEnabled);
    if (endsAll || changes.passwordHash !== undefined) await this.sessions.deleteAllOf(id, tx);
    if (endsAll) await this.tokens.deleteAllOf(id, tx);
  }

  private async demandPassword(request: FastifyRequest, user: User, password: string): Promise<void> {
    const isRight = await this.passwordChecks.isRight({
      counter: this.login.counterFor(request, user, user.username ?? ''),
      peer: request.ip,
      password,
      passwordHash: user.passwordHash,
    });
    if (!isRight) throw wrongPassword();
  }
}

const wrongPassword = () => forbidden('ME.WRONG_PASSWORD', 'current_password is not the current password.');
