import { describe, expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.js';

describe('one at a time', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('runs work of one key in order and never together', async () => {
    const queue = new OneAtATime();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} starts`);
      await turn();
      log.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      queue.run('k', work('a')),
      queue.run('k', work('b')),
      queue.run('k', work('c')),
    ]);
    expect(results).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('does not make other keys wait', async () => {
    const queue = new OneAtATime();
    let release = () => {};
    const blocked = queue.run('slow', () => new Promise<void>((resolve) => (release = resolve)));
    expect(await queue.run('quick', () => Promise.resolve('done'))).toBe('done');
    release();
    await blocked;
  });

  it('goes on after a failure, tells only its owner, and remembers nothing', async () => {
    const queue = new OneAtATime();
    const failing = queue.run('k', () => Promise.reject(new Error('first')));
    const next = queue.run('k', () => Promise.resolve('second'));
    await expect(failing).rejects.toThrow('first');
    expect(await next).toBe('second');
    expect(queue.size).toBe(0);
  });
});
