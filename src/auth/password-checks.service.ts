import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { tooManyRequests } from '../common/errors.js';
import { isPasswordRight } from '../users/passwords.js';
import { LoginFailuresRepository } from './login-failures.repository.js';
import { OneAtATime } from './one-at-a-time.js';

const WINDOW_MILLISECONDS = 15 * 60_000;

export interface PasswordAttempt {
  /** Whose failures are counted: an account, or one browser that is known to it. */
  counter: string;
  /** Address of the other end, behind trusted proxies. */
  peer: string;
  password: string;
  /** `null` when there is no such user: checked all the same, and wrong. */
  passwordHash: string | null;
}

/** Every comparison with a stored password: slow on purpose, and limited by the failures before it. */
@Injectable()
export class PasswordChecks {
  private readonly queue = new OneAtATime();

  constructor(
    private readonly failures: LoginFailuresRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns whether the password is right; a wrong one is counted
   * @throws DomainError 429 `AUTH.TOO_MANY_FAILURES`, before anything is hashed
   */
  isRight(attempt: PasswordAttempt): Promise<boolean> {
    // In turn, so that a thousand tries sent at once are not all compared before the first failure is counted.
    return this.queue.run(attempt.counter, () => this.check(attempt));
  }

  private async check({ counter, peer, password, passwordHash }: PasswordAttempt): Promise<boolean> {
    const now = this.clock.now();
    const since = new Date(now.getTime() - WINDOW_MILLISECONDS);
    const blocking = await this.failures.findBlocking(counter, peer, since);
    if (blocking !== null) {
      const seconds = Math.max(1, Math.ceil((blocking.getTime() - since.getTime()) / 1000));
      throw tooManyRequests('AUTH.TOO_MANY_FAILURES', 'Too many wrong passwords. Please wait.', seconds);
    }
    if (await isPasswordRight(password, passwordHash)) return true;
    await this.failures.record(counter, peer, now, since);
    return false;
  }
}
