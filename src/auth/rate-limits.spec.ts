import { describe, expect, it } from 'vitest';
import { FixedClock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { RateLimits } from './rate-limits.js';

describe('rate limits', () => {
  const start = new Date('2026-03-02T09:00:00Z');
  const limitsOf = (rateLimitPerSecond: number) => {
    const clock = new FixedClock(start);
    return { clock, limits: new RateLimits({ rateLimitPerSecond } as Config, clock) };
  };
  const taken = (limits: RateLimits, credential: string, times: number) => {
    let count = 0;
    for (let round = 0; round < times; round++) {
      try {
        limits.take(credential);
        count++;
      } catch (error) {
        expect(error).toMatchObject({ status: 429, code: 'RATE.LIMITED' });
      }
    }
    return count;
  };

  it('let six seconds’ worth through at once, and then the rate', () => {
    const { clock, limits } = limitsOf(100);
    expect(taken(limits, 'token:1', 1000)).toBe(600);
    clock.advance(1000);
    expect(taken(limits, 'token:1', 1000)).toBe(100);
    clock.advance(3_600_000);
    expect(taken(limits, 'token:1', 1000)).toBe(600);
  });

  it('say how long to wait', () => {
    const { clock, limits } = limitsOf(1);
    taken(limits, 'token:1', 6);
    clock.advance(400);
    expect(() => limits.take('token:1')).toThrow(expect.objectContaining({ options: { retryAfterSeconds: 1 } }));
  });

  it('count each credential for itself', () => {
    const { limits } = limitsOf(1);
    expect(taken(limits, 'token:1', 10)).toBe(6);
    expect(taken(limits, 'token:2', 10)).toBe(6);
  });

  it('are off at 0', () => {
    const { limits } = limitsOf(0);
    expect(taken(limits, 'token:1', 10_000)).toBe(10_000);
    expect(limits.size).toBe(0);
  });

  it('survive a clock that is set back', () => {
    const { clock, limits } = limitsOf(1);
    taken(limits, 'token:1', 3);
    clock.advance(-3_600_000);
    expect(taken(limits, 'token:1', 10)).toBe(3);
  });

  it('remember a bounded number of credentials, the latest', () => {
    const { limits } = limitsOf(1);
    taken(limits, 'busy', 6);
    for (let thousand = 0; thousand < 30; thousand++) {
      for (let n = 0; n < 1000; n++) limits.take(`token:${thousand}/${n}`);
      expect(taken(limits, 'busy', 1)).toBe(0);
    }
    expect(limits.size).toBe(20_000);
  });
});
