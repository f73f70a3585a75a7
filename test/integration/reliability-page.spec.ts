import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isThere, testsOf } from '../support/registers.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FAULTS = Array.from({ length: 30 }, (_, index) => `F${index + 1}`);
/** What a release must withstand: these stay in `npm test`. */
const GATE = [1, 2, 3, 4, 5, 9, 10, 11, 13, 15, 17, 20, 21, 22, 23, 30].map((number) => `F${number}`);

const rows = fs
  .readFileSync(path.join(ROOT, 'docs/RELIABILITY.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| F\d+ /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, fault, gate, what, promise, test, ...sizes]) => ({
    fault: fault!,
    isGate: gate === '●',
    texts: [what!, promise!, ...sizes.slice(0, 3)],
    test: test!,
  }));

describe('the page about reliability', () => {
  it('has a row for each fault, in their order', () => {
    expect(rows.map(({ fault }) => fault)).toEqual(FAULTS);
    expect(rows.filter(({ texts }) => texts.some((text) => text === ''))).toEqual([]);
  });

  it('marks what a release must withstand', () => {
    expect(rows.filter(({ isGate }) => isGate).map(({ fault }) => fault)).toEqual(GATE);
  });

  it.each(rows)('names tests of $fault that are there, or says why there is none', ({ test }) => {
    const tests = testsOf(test);
    expect(tests.filter((one) => !isThere(one))).toEqual([]);
    expect(tests.length > 0 || /^none: ./.test(test)).toBe(true);
    expect(test.match(/\.spec\.ts`/g)?.length ?? 0).toBe(tests.length);
  });

  it('leaves those in every run of the tests', () => {
    const onlyInFull = rows
      .filter(({ isGate }) => isGate)
      .map(({ fault, test }) => ({ fault, tests: testsOf(test) }))
      .filter(({ tests }) => tests.length > 0 && tests.every(({ file }) => file.endsWith('.full.spec.ts')));
    expect(onlyInFull).toEqual([]);
  });
});
