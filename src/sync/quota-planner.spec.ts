import { describe, expect, it } from 'vitest';
import type { QuotaReading } from '../integrations/contract/provider.js';
import { planNext, planRun } from './quota-planner.js';

const NOW = new Date('2026-07-20T12:00:00Z');
const inMinutes = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const reading = (changes: Partial<QuotaReading> = {}): QuotaReading => ({
  bucket: 'user',
  unit: 'calls',
  remaining: 30,
  limit: 30,
  resetsAt: inMinutes(60),
  callCost: 1,
  reserve: 6,
  isAsked: false,
  ...changes,
});

describe('a sync by the clock', () => {
  it('runs while there is enough, and while nothing is known', () => {
    expect(planRun([])).toBeNull();
    expect(planRun([reading({ remaining: 7 })])).toBeNull();
  });

  it('leaves the last calls to people, until the last scarce bucket opens, and says so', () => {
    const wait = planRun([
      reading({ remaining: 6, resetsAt: inMinutes(10) }),
      reading({ bucket: 'workspace', remaining: -1, resetsAt: inMinutes(50) }),
      reading({ bucket: 'other', remaining: 400, resetsAt: inMinutes(600) }),
    ]);
    expect(wait).toEqual({
      until: inMinutes(50),
      reason: expect.stringContaining('0 calls are left until 2026-07-20T12:50'),
    });
    expect(wait!.reason).toContain('by hand');
  });

  it('does not wait for a bucket it takes nothing from', () => {
    expect(planRun([reading({ remaining: 0, callCost: 0 })])).toBeNull();
  });

  it('counts in the units of the service', () => {
    const credits = { unit: 'credits' as const, callCost: 3, reserve: 18 };
    expect(planRun([reading({ ...credits, remaining: 21 })])).toBeNull();
    expect(planRun([reading({ ...credits, remaining: 20 })])!.reason).toContain('20 credits are left');
  });

  it('waits as long as a service asked to, and gives that as the reason', () => {
    const wait = planRun([reading({ remaining: 0, reserve: 0, isAsked: true, resetsAt: inMinutes(3) })]);
    expect(wait).toEqual({ until: inMinutes(3), reason: 'The service asked to wait until 2026-07-20T12:03:00.000Z.' });
  });
});

describe('the next sync', () => {
  const next = (readings: QuotaReading[], calls = 1, intervalSeconds = 300) =>
    planNext(readings, { now: NOW, intervalSeconds, calls });

  it('comes after the interval while nothing is known, and with 30 calls an hour and cycles of one or two', () => {
    const asAsked = { delaySeconds: 300, isWaiting: false, reason: null };
    expect(next([])).toEqual(asAsked);
    expect(next([reading({ remaining: 29 })])).toEqual(asAsked);
    // Cycle for cycle to the end of the hour, at two calls each: the reserve is never touched.
    for (let cycle = 1; cycle <= 12; cycle += 1) {
      const one = reading({ remaining: 30 - 2 * cycle, resetsAt: inMinutes(60 - 5 * (cycle - 1)) });
      expect([cycle, next([one], 2).isWaiting]).toEqual([cycle, false]);
    }
  });

  it('comes less often when the interval would use up the hour', () => {
    const slow = next([reading({ remaining: 18 })], 1, 60);
    expect(slow).toEqual({ delaySeconds: 300, isWaiting: false, reason: expect.stringContaining('18 calls are left') });
  });

  it('waits for the quota when what is left is not enough for it, with the cost in the reason', () => {
    const wait = next([reading({ remaining: 20, resetsAt: inMinutes(30) })], 40);
    expect(wait).toMatchObject({ delaySeconds: 1800, isWaiting: true });
    expect(wait.reason).toBe(
      'The next read takes about 40 calls; 20 calls are left until 2026-07-20T12:30:00.000Z, 6 of them kept for what you do by hand.',
    );
  });

  it('does not mind a quota that opens before it', () => {
    expect(next([reading({ remaining: 0, resetsAt: inMinutes(4) })])).toMatchObject({ delaySeconds: 300 });
  });
});
