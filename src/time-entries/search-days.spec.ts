import { describe, expect, it } from 'vitest';
import { instantsOf } from './search-days.js';

const bounds = (query: Parameters<typeof instantsOf>[0], zone = 'UTC') => {
  const { from, to } = instantsOf(query, zone);
  return [from?.toISOString(), to?.toISOString()];
};

describe('the days of a search', () => {
  it('are one with startDate alone', () => {
    expect(bounds({ startDate: '2026-07-20' })).toEqual(['2026-07-20T00:00:00.000Z', '2026-07-21T00:00:00.000Z']);
  });

  it.each([{ startDate: '2026-07-20' }, { fromDate: '2026-07-20' }])(
    'are a range from %o to toDate, both included',
    (first) => {
      expect(bounds({ ...first, toDate: '2026-07-22' })).toEqual([
        '2026-07-20T00:00:00.000Z',
        '2026-07-23T00:00:00.000Z',
      ]);
    },
  );

  it('are open where no day is named', () => {
    expect(bounds({ fromDate: '2026-07-20' })).toEqual(['2026-07-20T00:00:00.000Z', undefined]);
    expect(bounds({ toDate: '2026-07-20' })).toEqual([undefined, '2026-07-21T00:00:00.000Z']);
    expect(bounds({})).toEqual([undefined, undefined]);
  });

  it('begin and end at the midnights of the zone, also when the clocks change', () => {
    expect(bounds({ startDate: '2026-03-29' }, 'Europe/Madrid')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    expect(bounds({ startDate: '2026-07-20' }, 'America/Bogota')).toEqual([
      '2026-07-20T05:00:00.000Z',
      '2026-07-21T05:00:00.000Z',
    ]);
  });

  it('all count when several first days are named', () => {
    expect(bounds({ startDate: '2026-07-20', fromDate: '2026-07-21', toDate: '2026-07-22' })[0]).toBe(
      '2026-07-21T00:00:00.000Z',
    );
  });

  it('are refused when the last lies before the first', () => {
    expect(() => bounds({ fromDate: '2026-07-21', toDate: '2026-07-20' })).toThrow('2026-07-20, lies before the first');
    expect(() => bounds({ startDate: '2026-07-20', fromDate: '2026-07-21' })).toThrow('lies before');
  });
});
