import { describe, expect, it } from 'vitest';
import { parseInstant, parseInstantText, toUnixSeconds } from './instant.js';

describe('an instant', () => {
  it.each([
    [1784530800, '2026-07-20T07:00:00.000Z'],
    [1784530800.25, '2026-07-20T07:00:00.250Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    ['2026-07-20T09:00:00+02:00', '2026-07-20T07:00:00.000Z'],
    ['2026-07-20T12:45:00.5+0545', '2026-07-20T07:00:00.500Z'],
    ['2024-02-29T23:59Z', '2024-02-29T23:59:00.000Z'],
  ])('is read from %j', (value, iso) => {
    expect(parseInstant(value)).toEqual({ ok: true, instant: new Date(iso) });
  });

  it.each([
    '2026',
    '2026-W10',
    '2026-07-20',
    '2026-07-20T09:00:00',
    '123',
    '',
    ' ',
    'now',
    null,
    true,
    {},
    [],
    Number.NaN,
    Infinity,
    '2026-07-20 09:00:00Z',
    '+275760-09-13T00:00:00Z',
    '１784530800',
  ])('is no instant at all: %j', (value) => {
    expect(parseInstant(value)).toEqual({ ok: false, isImpossible: false });
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-07-20T25:00:00Z',
    '2026-07-20T09:60:00Z',
    '0000-01-01T00:00:00Z',
    '2026-07-20T09:00:00+15:00',
    1784530800000,
    1784530800000000,
    -1,
    1e300,
  ])('cannot be: %j', (value) => {
    expect(parseInstant(value)).toEqual({ ok: false, isImpossible: true });
  });

  it('is read from digits in a query, where everything is text', () => {
    expect(parseInstantText('1784530800.5')).toMatchObject({ ok: true });
    expect(parseInstantText('-5')).toEqual({ ok: false, isImpossible: true });
    expect(parseInstantText('1e9')).toEqual({ ok: false, isImpossible: false });
  });

  it('is answered in unix seconds, to the millisecond', () => {
    expect(toUnixSeconds(new Date('2026-07-20T07:00:00.250Z'))).toBe(1784530800.25);
  });
});
