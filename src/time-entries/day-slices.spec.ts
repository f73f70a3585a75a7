import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { dayBounds, localDay, sliceByDay } from './day-slices.js';

const ZONES = [
  'UTC',
  'Europe/Madrid',
  'America/Bogota',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Pacific/Apia',
];

const HOUR = 3_600_000;
const hoursOf = (day: string, zone: string) => {
  const { start, end } = dayBounds(day, zone);
  return (end.getTime() - start.getTime()) / HOUR;
};

describe('sliceByDay', () => {
  const instant = fc.oneof(
    // Around the changes of the clock of 2026 that these zones have, and over the last twenty years.
    ...['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-04-04T15:00Z', '2026-10-03T15:30Z', '2026-11-01T04:30Z'].map(
      (change) => fc.integer({ min: -3 * 24 * HOUR, max: 3 * 24 * HOUR }).map((shift) => Date.parse(change) + shift),
    ),
    fc.integer({ min: Date.parse('2006-01-01T00:00Z'), max: Date.parse('2027-01-01T00:00Z') }),
  );
  const length = fc.oneof(fc.integer({ min: 0, max: 4 * 24 * HOUR }), fc.constantFrom(0, 1, HOUR, 24 * HOUR));

  it('covers any interval without hole or overlap, each slice in the local day it names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, length, (zone, from, milliseconds) => {
        const start = new Date(from);
        const end = new Date(from + milliseconds);
        const slices = sliceByDay({ start, end }, zone);
        expect(slices[0]!.start).toEqual(start);
        expect(slices.at(-1)!.end).toEqual(end);
        let total = 0;
        slices.forEach((slice, index) => {
          const size = slice.end.getTime() - slice.start.getTime();
          total += size;
          expect(slice.seconds).toBe(size / 1000);
          expect(size > 0 || milliseconds === 0).toBe(true);
          expect(slice.day).toBe(localDay(slice.start, zone));
          const bounds = dayBounds(slice.day, zone);
          expect(bounds.start <= slice.start && slice.end <= bounds.end).toBe(true);
          if (index === 0) return;
          expect(slice.start).toEqual(slices[index - 1]!.end);
          expect(slice.start).toEqual(bounds.start);
          expect(slice.day > slices[index - 1]!.day).toBe(true);
        });
        expect(total).toBe(milliseconds);
      }),
      { numRuns: 3000 },
    );
  });

  it('names the date the wall clock shows at the start of a slice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (zone, time) => {
        const shown = DateTime.fromMillis(time, { zone }).toISODate()!;
        const day = localDay(new Date(time), zone);
        // Newfoundland put its clocks back at 00:01 until 2011: the day that had begun for a minute goes on.
        const mayRunAhead = zone === 'America/St_Johns' && time < Date.UTC(2012, 0);
        expect(mayRunAhead ? day >= shown : day === shown).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives an entry without length one empty slice', () => {
    const at = new Date('2026-05-01T00:00:00Z');
    expect(sliceByDay({ start: at, end: at }, 'UTC')).toEqual([{ day: '2026-05-01', start: at, end: at, seconds: 0 }]);
  });

  it('ends at midnight without touching the next day', () => {
    const slices = sliceByDay(
      { start: new Date('2026-05-01T20:00Z'), end: new Date('2026-05-01T22:00Z') },
      'Europe/Madrid',
    );
    expect(slices.map((slice) => [slice.day, slice.seconds])).toEqual([['2026-05-01', 7200]]);
  });

  it('keeps milliseconds', () => {
    const slices = sliceByDay(
      { start: new Date('2026-05-01T23:59:59.999Z'), end: new Date('2026-05-02T00:00:00.002Z') },
      'UTC',
    );
    expect(slices.map((slice) => slice.seconds)).toEqual([0.001, 0.002]);
  });

  it.each([
    ['Europe/Madrid', '2026-03-28T23:00Z', '2026-03-29T22:00Z', 23],
    ['Europe/Madrid', '2026-10-24T22:00Z', '2026-10-25T23:00Z', 25],
    ['Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-05T13:30Z', 24.5],
    ['Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-04T13:00Z', 23.5],
  ])('puts the whole day of the change in %s from %s into one slice', (zone, start, end, hours) => {
    const slices = sliceByDay({ start: new Date(start), end: new Date(end) }, zone);
    expect(slices.map((slice) => slice.seconds)).toEqual([hours * 3600]);
  });

  it('refuses an interval that ends before it starts', () => {
    const interval = { start: new Date(1), end: new Date(0) };
    expect(() => sliceByDay(interval, 'UTC')).toThrow(RangeError);
    expect(() => sliceByDay({ ...interval, start: new Date(NaN) }, 'UTC')).toThrow(RangeError);
    expect(() => sliceByDay({ start: new Date(0), end: new Date(1) }, 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('dayBounds', () => {
  it.each([
    ['Europe/Madrid', '2026-03-29', 23],
    ['Europe/Madrid', '2026-10-25', 25],
    ['Europe/Madrid', '2026-10-26', 24],
    ['America/Bogota', '2026-03-29', 24],
    ['Asia/Kathmandu', '2026-10-25', 24],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Pacific/Auckland', '2026-04-05', 25],
    ['Pacific/Auckland', '2026-09-27', 23],
    ['Pacific/Apia', '2011-12-29', 24],
    ['Pacific/Apia', '2011-12-30', 0],
    ['Pacific/Apia', '2011-12-31', 24],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['Asia/Beirut', '2026-03-29', 23],
    ['Asia/Beirut', '2026-10-24', 25],
    ['America/St_Johns', '2010-11-06', 24],
    ['America/St_Johns', '2010-11-07', 25],
  ])('measures %s on %s as %d hours', (zone, day, hours) => {
    expect(hoursOf(day, zone)).toBe(hours);
  });

  it('begins a day at the first instant that bears its date', () => {
    expect(dayBounds('2018-11-04', 'America/Sao_Paulo').start).toEqual(new Date('2018-11-04T03:00Z'));
    expect(dayBounds('2026-03-29', 'Asia/Beirut').start).toEqual(new Date('2026-03-28T22:00Z'));
    expect(dayBounds('2026-03-29', 'Asia/Kathmandu').start).toEqual(new Date('2026-03-28T18:15Z'));
  });

  it('lays the days of a year end to end', () => {
    for (const zone of ZONES) {
      let expected = dayBounds('2026-01-01', zone).start;
      for (let day = 0; day < 365; day++) {
        const { start, end } = dayBounds(new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10), zone);
        expect(start).toEqual(expected);
        expected = end;
      }
      expect(expected).toEqual(dayBounds('2027-01-01', zone).start);
    }
  });

  it('gives the weeks of the changes 167 and 169 hours', () => {
    const weekHours = (monday: number) =>
      [0, 1, 2, 3, 4, 5, 6]
        .map((day) => hoursOf(new Date(monday + day * 24 * HOUR).toISOString().slice(0, 10), 'Europe/Madrid'))
        .reduce((sum, hours) => sum + hours, 0);
    expect(weekHours(Date.UTC(2026, 2, 23))).toBe(167);
    expect(weekHours(Date.UTC(2026, 9, 19))).toBe(169);
  });
});
