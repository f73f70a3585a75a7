import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isThere, testsOf } from '../support/registers.js';

const PAGE = path.resolve(import.meta.dirname, '../../docs/BAD-INPUT.md');
const NUMBERS = Array.from({ length: 98 }, (_, index) => `B${index + 1}`).toSpliced(60, 0, 'B60b');

const rows = fs
  .readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => /^\| B\d+b? /.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\|\s*|\s*\|$/g, '').trim()))
  .map(([number, input, answer, test]) => ({ number: number!, texts: [input!, answer!], test: test! }));

describe('the page about bad input', () => {
  it('has a row for each number, in their order', () => {
    expect(rows.map(({ number }) => number)).toEqual(NUMBERS);
    expect(rows.filter(({ texts }) => texts.some((text) => text === ''))).toEqual([]);
  });

  it.each(rows)('names tests of $number that are there, or says why there is none', ({ test }) => {
    const tests = testsOf(test);
    expect(tests.filter((one) => !isThere(one))).toEqual([]);
    expect(tests.length > 0 || /^none: ./.test(test)).toBe(true);
    expect(test.match(/\.spec\.ts`/g)?.length ?? 0).toBe(tests.length);
  });
});
