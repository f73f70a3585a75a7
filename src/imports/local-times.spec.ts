import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { readLocalTime } from './local-times.js';

const ZONES = ['Europe/Madrid', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
const FIRST = Date.UTC(1975, 0, 2);
const LAST = Date.UTC(2037, 0, 1);

it('reads what a clock showed as the zone says, also around changes of the clock', () => {
  const time = fc.integer({ min: FIRST / 1000, max: LAST / 1000 });
  fc.assert(
    fc.property(time, fc.constantFrom(...ZONES), (seconds, zone) => {
      const text = new Date(seconds * 1000).toISOString().slice(0, 19);
      expect(readLocalTime(text, zone)?.instant).toEqual(DateTime.fromISO(text, { zone }).toJSDate());
    }),
    { numRuns: 2000 },
  );
});

it('reads every quarter of an hour of a week in which the clocks change', () => {
  for (const [zone, from] of [
    ['Europe/Madrid', '2026-03-26'],
    ['Europe/Madrid', '2026-10-22'],
    ['Australia/Lord_Howe', '2026-04-02'],
    ['Pacific/Apia', '2011-12-27'],
  ] as const) {
    for (let quarter = 0; quarter < 7 * 96; quarter++) {
      const text = new Date(Date.parse(from) + quarter * 900_000).toISOString().slice(0, 19);
      expect(readLocalTime(text, zone)?.instant, text).toEqual(DateTime.fromISO(text, { zone }).toJSDate());
    }
  }
});
