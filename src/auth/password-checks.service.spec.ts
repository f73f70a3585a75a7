import { describe, expect, it } from 'vitest';
import { FixedClock } from '../common/clock.js';
import type { LoginFailuresRepository } from './login-failures.repository.js';
import { PasswordChecks } from './password-checks.service.js';

describe('password checks', () => {
  const clock = new FixedClock(new Date('2026-03-02T09:00:00Z'));
  const checksBlockedBy = (blocking: Date | null) => {
    const recorded: string[] = [];
    const failures = {
      findBlocking: () => Promise.resolve(blocking),
      record: (account: string) => Promise.resolve(void recorded.push(account)),
    } as unknown as LoginFailuresRepository;
    return { recorded, checks: new PasswordChecks(failures, clock) };
  };
  const attempt = { counter: 'account:ana', peer: '127.0.0.1', password: 'x' };

  it('hash nothing for whoever is over the limit, and do not count them again', async () => {
    const { recorded, checks } = checksBlockedBy(new Date('2026-03-02T08:50:00Z'));
    // Hashing against this would fail.
    await expect(checks.isRight({ ...attempt, passwordHash: 'no hash at all' })).rejects.toMatchObject({
      status: 429,
      code: 'AUTH.TOO_MANY_FAILURES',
      options: { retryAfterSeconds: 300 },
    });
    expect(recorded).toEqual([]);
  });

  it('count a wrong password, also of nobody', async () => {
    const { recorded, checks } = checksBlockedBy(null);
    expect(await checks.isRight({ ...attempt, passwordHash: null })).toBe(false);
    expect(recorded).toEqual(['account:ana']);
  });
});
