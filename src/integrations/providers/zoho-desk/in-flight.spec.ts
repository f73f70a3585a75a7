import { describe, expect, it } from 'vitest';
import { InFlight } from './in-flight.js';

describe('calls in flight', () => {
  const later = () => Promise.withResolvers<string>();
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('are two at once for each key, in the order they came', async () => {
    const lanes = new InFlight(2);
    const answers = [later(), later(), later(), later()];
    const begun: number[] = [];
    const calls = answers.map(({ promise }, index) =>
      lanes.run('a', () => {
        begun.push(index);
        return promise;
      }),
    );
    expect(await lanes.run('b', () => Promise.resolve('another key'))).toBe('another key');
    expect(begun).toEqual([0, 1]);
    answers[1]!.resolve('second');
    expect(await calls[1]).toBe('second');
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    for (const answer of answers) answer.resolve('done');
    await Promise.all(calls);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('give their place back when they fail', async () => {
    const lanes = new InFlight(1);
    const fails = lanes.run('a', () => Promise.reject(new Error('no answer')));
    const next = lanes.run('a', () => Promise.resolve('next'));
    await expect(fails).rejects.toThrow('no answer');
    expect(await next).toBe('next');
    expect(await lanes.run('a', () => Promise.resolve('later'))).toBe('later');
  });
});
