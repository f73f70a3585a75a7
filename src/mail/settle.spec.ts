import { describe, expect, it } from 'vitest';
import type { RecipientResult } from './mail.js';
import { settle } from './settle.js';

const policy = { maxTries: 3, retryDelaySeconds: 5 };
const results = (...verdicts: RecipientResult['verdict'][]): RecipientResult[] =>
  verdicts.map((verdict, index) => ({
    address: `${index}@example.com`,
    verdict,
    reason: verdict === 'accepted' ? null : `${verdict}, it said`,
  }));

describe('what becomes of a mail after a try', () => {
  it.each([
    ['done', results('accepted', 'accepted'), 0, false],
    ['failed', results('accepted', 'refused'), 0, false],
    ['failed', results('accepted'), 1, true],
    ['pending', results('refused', 'deferred'), 1, false],
    ['failed', results('accepted', 'deferred'), 2, false],
    ['done', [], 0, false],
  ] as const)('%s', (state, given, attempts, everRefused) => {
    expect(settle(given, attempts, everRefused, policy)).toMatchObject({ state, usesTry: true });
  });

  it('waits twice as long after each try, and never longer than a day', () => {
    const delays = [0, 1, 2, 30].map(
      (attempts) => settle(results('deferred'), attempts, false, { ...policy, maxTries: 100 }).delaySeconds,
    );
    expect(delays).toEqual([5, 10, 20, 86_400]);
    expect(settle(results('deferred'), 1, false, policy, 0.1).delaySeconds).toBe(1);
  });

  it('keeps the first reason it was given', () => {
    expect(settle(results('accepted', 'deferred', 'refused'), 0, false, policy).lastError).toBe('deferred, it said');
  });
});
