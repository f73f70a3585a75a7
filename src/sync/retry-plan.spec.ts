import { describe, expect, it } from 'vitest';
import { ProviderError } from '../integrations/contract/provider-error.js';
import { planRetry, PUSH_BUDGET_SECONDS, type FailedPush } from './retry-plan.js';

const now = new Date('2026-07-20T12:00:00Z');
const context = { now, random: () => 1, scale: 1 };
const push = (changes: Partial<FailedPush> = {}): FailedPush => ({
  attempts: 0,
  firstFailedAt: null,
  isCreate: false,
  needsLookUp: false,
  ...changes,
});
const unavailable = (isAmbiguous: boolean) => new ProviderError('unavailable', 'no answer', { isAmbiguous });

describe('what follows from a failed push', () => {
  it('waits for a quota as long as the service says, and uses up no try', () => {
    const error = new ProviderError('quota', 'hourly limit', { retryAt: new Date('2026-07-20T12:02:13Z') });
    expect(planRetry(error, push(), context)).toEqual({
      state: 'pending',
      delaySeconds: 133,
      countsAsAttempt: false,
      needsLookUp: false,
    });
  });

  it('waits as long as a service that is away says, and no day longer than anybody', () => {
    const away = (retryAt: string) => new ProviderError('unavailable', '503', { retryAt: new Date(retryAt) });
    expect(planRetry(away('2026-07-20T12:10:00Z'), push(), context)).toMatchObject({
      delaySeconds: 600,
      countsAsAttempt: true,
    });
    expect(planRetry(away('2026-07-20T12:00:01Z'), push(), context).delaySeconds).toBe(5);
    expect(planRetry(away('2057-01-01T00:00:00Z'), push(), context).delaySeconds).toBe(86_400);
    const quota = new ProviderError('quota', '429', { retryAt: new Date('2057-01-01T00:00:00Z') });
    expect(planRetry(quota, push(), context).delaySeconds).toBe(86_400);
  });

  it('fails a refusal at once: trying again cannot help', () => {
    const error = new ProviderError('rejected', 'Project is required');
    expect(planRetry(error, push(), context)).toMatchObject({ state: 'failed', delaySeconds: 0 });
  });

  it('looks for a lost create soon, and never forgets that it may be there', () => {
    const lost = planRetry(unavailable(true), push({ isCreate: true }), context);
    expect(lost).toMatchObject({ state: 'unknown', needsLookUp: true, delaySeconds: 2 });
    const quota = new ProviderError('quota', 'hourly limit', { retryAt: now });
    expect(planRetry(quota, push({ isCreate: true, needsLookUp: true }), context)).toMatchObject({
      state: 'unknown',
      needsLookUp: true,
    });
    const overdue = push({ isCreate: true, needsLookUp: true, firstFailedAt: new Date('2026-07-01T00:00:00Z') });
    expect(planRetry(unavailable(false), overdue, context)).toMatchObject({ state: 'failed', needsLookUp: true });
  });

  it('takes an unexpected error of ours for a lost answer', () => {
    expect(planRetry(new TypeError('x'), push({ isCreate: true }), context)).toMatchObject({ needsLookUp: true });
  });

  it('may simply repeat what was never sent, and what repeats itself harmlessly', () => {
    expect(planRetry(unavailable(false), push({ isCreate: true }), context)).toMatchObject({
      state: 'pending',
      needsLookUp: false,
    });
    expect(planRetry(unavailable(true), push(), context)).toMatchObject({ state: 'pending', needsLookUp: false });
  });

  it('waits longer each time, at most an hour, with chance between half and whole', () => {
    const delays = [0, 1, 2, 10, 50].map(
      (attempts) => planRetry(unavailable(false), push({ attempts }), context).delaySeconds,
    );
    expect(delays).toEqual([5, 10, 20, 3600, 3600]);
    expect(planRetry(unavailable(false), push(), { ...context, random: () => 0 }).delaySeconds).toBe(2.5);
  });

  it('gives up after three days, not before', () => {
    const since = (seconds: number) => push({ firstFailedAt: new Date(now.getTime() - seconds * 1000), attempts: 60 });
    expect(planRetry(unavailable(false), since(PUSH_BUDGET_SECONDS - 1), context).state).toBe('pending');
    expect(planRetry(unavailable(false), since(PUSH_BUDGET_SECONDS + 1), context).state).toBe('failed');
  });
});
