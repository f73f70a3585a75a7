import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import type { CallBudget, CallMeter, CountedCall, Quotas } from '../../src/integrations/contract/quotas.js';
import { ProviderError } from '../../src/integrations/contract/provider-error.js';
import { useQuotas } from '../support/quotas.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;
const RULE = { capacity: 30, windowSeconds: 3600 };
const BUDGET: CallBudget = { key: 'bucket', reserve: 6 };

const byClock = (): CallMeter => ({ isByClock: true, calls: 0 });

describe('the quotas of two replicas', () => {
  const replicas = useQuotas();
  const clock = new FixedClock(NOW);
  const both = () => [replicas.of(clock), replicas.of(clock, { replica: 1 })] as const;
  const rows = () => replicas.query<Record<string, unknown>>('select *, xmin::text from quota_buckets');

  const admitted = async (
    quotas: Quotas,
    { budget = BUDGET, meter }: { budget?: CallBudget; meter?: CallMeter } = {},
  ) => {
    const call = quotas.begin([budget], meter);
    await call.admit();
    return call;
  };
  const outcomes = async (calls: Promise<CountedCall>[]) => {
    const settled = await Promise.allSettled(calls);
    const refused = settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason as ProviderError);
    return { admitted: settled.length - refused.length, refused };
  };
  const refusalOf = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProviderError);
    return error as ProviderError;
  };

  it('let through together exactly what a window holds, however many ask at once', async () => {
    const [one, other] = both();
    await one.declare(BUDGET.key, RULE);
    const calls = Array.from({ length: 80 }, (_, index) => admitted(index % 2 === 0 ? one : other));
    const { admitted: count, refused } = await outcomes(calls);
    expect(count).toBe(30);
    for (const error of refused) expect([error.kind, error.retryAt]).toEqual(['quota', new Date(NOW.getTime() + HOUR)]);
  });

  it('begin a new window when the old one is over', async () => {
    const later = new FixedClock(NOW);
    const [one, other] = [replicas.of(later), replicas.of(later, { replica: 1 })];
    await one.declare(BUDGET.key, RULE);
    await outcomes(Array.from({ length: 30 }, () => admitted(one)));
    later.advance(HOUR - 1);
    expect((await outcomes([admitted(one), admitted(other)])).admitted).toBe(0);
    later.advance(1);
    const calls = Array.from({ length: 40 }, (_, index) => admitted(index % 2 === 0 ? one : other));
    expect((await outcomes(calls)).admitted).toBe(30);
  });

  it('keep the last calls for people: the clock never takes them, a press does', async () => {
    const [one, other] = both();
    await one.declare(BUDGET.key, RULE);
    const meters = [byClock(), byClock()];
    const calls = Array.from({ length: 40 }, (_, index) =>
      admitted(index % 2 === 0 ? one : other, { meter: meters[index % 2]! }),
    );
    const { admitted: count, refused } = await outcomes(calls);
    expect([count, meters[0]!.calls + meters[1]!.calls]).toEqual([24, 24]);
    expect(refused[0]!.message).toContain('6 calls are left until 2026-03-02T13:00:00.000Z: they are kept');
    expect((await outcomes(Array.from({ length: 8 }, () => admitted(other)))).admitted).toBe(6);
  });

  it('are all silent when one is told to wait, and begin again after it', async () => {
    const [one, other] = both();
    const call = await admitted(one);
    await call.askedToWait(BUDGET.key, new Date(NOW.getTime() + 900_000));
    const error = await refusalOf(admitted(other));
    expect(error.message).toContain('asked to wait');
    expect(error.retryAt!.getTime() - NOW.getTime()).toBeGreaterThan(890_000);
    const paced = { key: BUDGET.key, pace: { requestsPerSecond: 10, burst: 1 } };
    expect((await refusalOf(admitted(other, { budget: paced }))).kind).toBe('quota');
    await replicas.endPauses();
    expect((await admitted(other)).known(BUDGET.key)).toEqual({ isCounted: false, refusals: 1 });
  });

  it('never wait longer than a day', async () => {
    const [one, other] = both();
    await (await admitted(one)).askedToWait(BUDGET.key, new Date(NOW.getTime() + 1000 * HOUR));
    const { retryAt } = await refusalOf(admitted(other));
    expect(retryAt!.getTime() - NOW.getTime()).toBeLessThanOrEqual(24 * HOUR);
  });

  it('believe the answers: less than was counted holds at once, more only of a new window or a larger plan', async () => {
    const [one, other] = both();
    await one.declare(BUDGET.key, RULE);
    const [first, second] = [await admitted(one), await admitted(other)];
    const resetsAt = new Date(NOW.getTime() + HOUR);
    const remaining = async () => (await one.read([BUDGET.key]))[0]!.remaining;
    // The second call overtakes the first: its answer knows nothing of the one that is still under way.
    await second.told(BUDGET.key, { remaining: 29, resetsAt, rule: RULE });
    expect(await remaining()).toBe(28);
    await first.told(BUDGET.key, { remaining: 11, resetsAt, rule: RULE });
    expect(await remaining()).toBe(11);
    const third = await admitted(one);
    await third.told(BUDGET.key, { remaining: 239, resetsAt, rule: { ...RULE, capacity: 240 } });
    expect(await remaining()).toBe(239);
    const next = new Date(NOW.getTime() + 2 * HOUR);
    await third.told(BUDGET.key, { remaining: 5, resetsAt, rule: RULE });
    await third.told(BUDGET.key, { remaining: 29, resetsAt: next, rule: RULE });
    expect(await one.read([BUDGET.key])).toMatchObject([{ remaining: 29, resetsAt: next, capacity: 30 }]);
  });

  it('write nothing about an answer that says what was counted', async () => {
    const [one] = both();
    await one.declare(BUDGET.key, RULE);
    const call = await admitted(one);
    const before = await rows();
    await call.told(BUDGET.key, { remaining: 29, resetsAt: new Date(NOW.getTime() + HOUR + 900), rule: RULE });
    await call.answered();
    expect(await rows()).toEqual(before);
    const unknown = await admitted(one, { budget: { key: 'of a service without limits' } });
    await unknown.told('of a service without limits', null);
    expect(await rows()).toEqual(before);
  });

  it('give back a call that never left, and only within its window', async () => {
    const later = new FixedClock(NOW);
    const one = replicas.of(later);
    await one.declare(BUDGET.key, RULE);
    const call = await admitted(one);
    const remaining = async () => (await one.read([BUDGET.key]))[0]!.remaining;
    expect(await remaining()).toBe(29);
    await call.giveBack();
    expect(await remaining()).toBe(30);
    later.advance(HOUR);
    await admitted(one);
    await call.giveBack();
    expect(await remaining()).toBe(29);
  });

  it('count what a call costs', async () => {
    const [one, other] = both();
    const resetsAt = new Date(NOW.getTime() + HOUR);
    const list = { key: 'credits', cost: 3, reserve: 18 };
    await (await admitted(one, { budget: list })).told('credits', { remaining: 25, resetsAt });
    const calls = Array.from({ length: 6 }, (_, index) =>
      admitted(index % 2 === 0 ? one : other, { budget: list, meter: byClock() }),
    );
    expect((await outcomes(calls)).admitted).toBe(2);
    expect(await one.read(['credits'])).toMatchObject([{ remaining: 19 }]);
    expect((await outcomes(Array.from({ length: 8 }, () => admitted(other, { budget: list })))).admitted).toBe(6);
  });

  it('forget the limits of a plan that has none any more', async () => {
    const [one, other] = both();
    await one.declare(BUDGET.key, RULE);
    await admitted(one);
    await one.declare(BUDGET.key, null);
    expect((await outcomes(Array.from({ length: 40 }, () => admitted(other)))).admitted).toBe(40);
  });

  describe('spread calls together', () => {
    /** Instants at which calls of both replicas go out, in seconds from the first, as if every wait had been waited. */
    const departures = async (count: number, pace: CallBudget['pace'], meter?: CallMeter): Promise<number[]> => {
      const times: number[] = [];
      const calls = Array.from({ length: count }, async (_, index) => {
        const quotas = replicas.of(clock, { replica: index % 2 === 0 ? 0 : 1 });
        let waited = 0;
        quotas.sleep = (milliseconds) => Promise.resolve((waited = milliseconds));
        await admitted(quotas, { budget: { key: 'paced', pace, reserve: 6 }, meter });
        times.push((performance.now() + waited) / 1000);
      });
      await Promise.all(calls);
      return times.sort((a, b) => a - b);
    };
    const mostWithin = (seconds: number, times: number[]): number =>
      Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + seconds).length));

    it('at most 80 in any two minutes of a route at Zoho, where 100 would lock us out', async () => {
      const times = await departures(200, { requestsPerSecond: 0.5, burst: 20 });
      // The times are taken after the statement, on a busy machine somewhat late.
      expect(mostWithin(118, times)).toBeLessThanOrEqual(80);
      // And no slower than that.
      expect(times.at(-1)! - times[0]!).toBeLessThan(2 * 181);
    });

    it('ten a second of a key at Clockify', async () => {
      const times = await departures(60, { requestsPerSecond: 10, burst: 1 });
      expect(mostWithin(0.8, times)).toBeLessThanOrEqual(10);
      expect(times.at(-1)! - times[0]!).toBeGreaterThan(5);
    });

    it('with room for a press at any time: the clock leaves some of what may go out at once', async () => {
      const pace = { requestsPerSecond: 0.5, burst: 20 };
      const clocked = await departures(14, pace, byClock());
      expect(clocked.at(-1)! - clocked[0]!).toBeLessThan(2);
      const waits: number[] = [];
      const quotas = replicas.of(clock);
      quotas.sleep = (milliseconds) => Promise.resolve(waits.push(milliseconds));
      const budget = { key: 'paced', pace, reserve: 6 };
      await admitted(quotas, { budget });
      expect(waits).toEqual([]);
      await admitted(quotas, { budget, meter: byClock() });
      expect(waits).toHaveLength(1);
    });
  });
});
