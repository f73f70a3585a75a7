import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromIsoDuration, toIsoDuration } from './iso-duration.js';

const HOUR = 3_600_000;

describe('ISO 8601 durations', () => {
  it.each([
    [2 * HOUR, 'PT2H'],
    [26 * HOUR, 'PT26H'],
    [1.5 * HOUR, 'PT1H30M'],
    [61_000, 'PT1M1S'],
    [500, 'PT0.5S'],
    [0, 'PT0S'],
    [HOUR + 1, 'PT1H0.001S'],
  ])('%d milliseconds are %s', (milliseconds, text) => {
    expect(toIsoDuration(milliseconds)).toBe(text);
    expect(fromIsoDuration(text)).toBe(milliseconds);
  });

  it('of days are counted as 24 hours each', () => {
    expect(fromIsoDuration('P1DT2H')).toBe(26 * HOUR);
    expect(fromIsoDuration('P2D')).toBe(48 * HOUR);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'PT-2H',
    '-PT2H',
    'P1000Y',
    'P1M',
    'P1W',
    'PT2',
    '2:00:00',
    'pt2h',
    'PT1e3S',
    'PT2H ',
    '7200',
  ])('do not include %j', (text) => {
    expect(fromIsoDuration(text)).toBeNull();
  });

  it('come back whatever their length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 24 * HOUR }), (milliseconds) => {
        expect(fromIsoDuration(toIsoDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
