import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compare, takeTurns } from '../../bench/support/rounds.js';
import { median, percentile } from '../../bench/support/figures.js';

const run = promisify(execFile);
const MAIN = path.resolve(import.meta.dirname, '../../dist/bench/main.js');

describe('the figures of the benchmarks', () => {
  it('takes the middle, and of two in the middle their mean', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('finds percentiles by nearest rank', () => {
    const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.99, 1].map((fraction) => percentile(hundred, fraction))).toEqual([50, 99, 100]);
  });

  it('lets the contenders run in turns, every second round backwards', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({
      name,
      measure: async () => ({ perSecond: order.push(name) }),
    });
    await takeTurns([contender('a'), contender('b')], { rounds: 2, secondsPerTurn: 1 });

    expect(order.slice(2)).toEqual(['a', 'b', 'b', 'a']);
  });

  it('compares round by round, so that a slow moment of the machine cancels out', () => {
    const speeds = (...perSecond: number[]) => perSecond.map((each) => ({ perSecond: each }));
    const { ratio, range } = compare(speeds(100, 50, 10), { name: 'reference', speeds: speeds(200, 100, 20) });

    expect({ ratio, range }).toEqual({ ratio: 0.5, range: [0.5, 0.5] });
  });
});

it.runIf(existsSync(MAIN))('runs a benchmark from end to end, whatever its speed', { timeout: 60_000 }, async () => {
  const env = { ...process.env, PGBENCH: '/no/such/pgbench' };
  const { stdout } = await run(process.execPath, [MAIN, '--quick', '--only', 'get-log'], { env });

  expect(stdout).toMatch(/^GET log by id\n {2}application +[\d,]+\/s/m);
  expect(stdout).toContain('ratio to bare node:http: ');
  expect(stdout).toContain('missing. pgbench was not found: install it');
});

it('refuses a benchmark that does not exist', async () => {
  const unknown = run(process.execPath, [MAIN, '--only', 'nothing']);

  await expect(unknown).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('get-log, post-log') });
});

describe('the figures by size', () => {
  const SCALE = path.resolve(import.meta.dirname, '../../dist/bench/scale/main.js');

  it.runIf(existsSync(SCALE))(
    'are measured and explained, and a day is found by its index',
    { timeout: 120_000 },
    async () => {
      const { stdout } = await run(process.execPath, [SCALE, '--rows', '4000']);

      expect(stdout).toMatch(/^\| delivery: taken \| [\d.]+ ms, \d+ pages, 1 st\. \|$/m);
      expect(stdout).toMatch(/^\| delivery: worked off \| .*`insert into sessions_binnacle/m);
      // However long somebody has worked here: with a way over all of it, hundreds.
      const [, pages] = /^\| one person's day \| [\d.]+ ms, (\d+) pages/m.exec(stdout)!;
      expect(Number(pages)).toBeLessThan(60);
    },
  );

  it('refuse sizes that cannot be meant', async () => {
    const odd = run(process.execPath, [SCALE, '--rows', '10,many']);

    await expect(odd).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--rows must be') });
  });
});
