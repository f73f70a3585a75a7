import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PollingLoop, type Polling } from './polling-loop.js';

const LONG = 60_000;
const loopOf = (polling: Partial<Polling> & Pick<Polling, 'look'>): PollingLoop =>
  new PollingLoop({ name: 'Test', complaint: 'Nothing is done', pauseMilliseconds: LONG, ...polling });

describe('a polling loop', () => {
  afterEach(() => vi.restoreAllMocks());

  it('looks again at once while there may be more, and pauses when there is nothing', async () => {
    const look = vi
      .fn<Polling['look']>()
      .mockResolvedValueOnce(true)
      .mockResolvedValueOnce(true)
      .mockResolvedValue(false);
    const loop = loopOf({ look });
    loop.start();
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(3));
    await sleep(50);
    expect(look).toHaveBeenCalledTimes(3);
    await loop.stop();
  });

  it('pauses no longer than it is told', async () => {
    const look = vi.fn<Polling['look']>().mockResolvedValue(false);
    const loop = loopOf({ look, pauseMilliseconds: 1 });
    loop.start();
    await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(3));
    await loop.stop();
  });

  it('says what has failed and goes on after the pause, whatever tells of new work', async () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const look = vi.fn<Polling['look']>().mockRejectedValueOnce(new Error('away')).mockResolvedValue(false);
    const rest = vi.fn<NonNullable<Polling['rest']>>().mockImplementation(() => sleep(5));
    const before = vi.fn().mockRejectedValue(new Error('away, too'));
    const loop = loopOf({ look, rest, before, pauseMilliseconds: 1 });
    loop.start();
    await vi.waitFor(() => expect(rest).toHaveBeenCalled());
    await loop.stop();
    expect(error.mock.calls.map(([line]) => String(line))).toEqual([
      'Nothing is done: away, too',
      'Nothing is done: away',
    ]);
    expect(before).toHaveBeenCalledTimes(1);
  });

  it('ends its pause when it is stopped, and looks no more', async () => {
    const look = vi.fn<Polling['look']>().mockResolvedValue(false);
    const loop = loopOf({ look });
    loop.start();
    await vi.waitFor(() => expect(look).toHaveBeenCalled());
    const began = performance.now();
    await loop.stop();
    expect(performance.now() - began).toBeLessThan(LONG / 2);
    expect([loop.isStopping, look.mock.calls.length]).toEqual([true, 1]);
  });

  it('lets the look under way finish, which is told to hurry', async () => {
    const finished: boolean[] = [];
    const loop = loopOf({
      look: async (stop) => {
        await sleep(20);
        finished.push(stop.aborted);
        return true;
      },
    });
    loop.start();
    await sleep(5);
    await loop.stop();
    expect(finished).toEqual([true]);
  });

  it('that was never started stops at once', async () => {
    const look = vi.fn<Polling['look']>();
    await loopOf({ look }).stop();
    expect(look).not.toHaveBeenCalled();
  });
});
