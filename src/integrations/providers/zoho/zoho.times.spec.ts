import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStart, minutesIn, shiftDay, startOfLog, toDayParts, toHours, wholeMinutes } from './zoho.times.js';

const MINUTE = 60_000;
const ZONES = ['UTC', 'Europe/Madrid', 'America/St_Johns', 'America/Santiago', 'Pacific/Apia', 'Australia/Lord_Howe'];

describe('the days of an entry', () => {
  const entries = fc.record({
    start: fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
    seconds: fc.integer({ min: 0, max: 10 * 86_400 }),
    zone: fc.constantFrom(...ZONES),
  });

  it('add up to the entry, begin where it begins, and never reach over midnight', () => {
    fc.assert(
      fc.property(entries, ({ start, seconds, zone }) => {
        const end = new Date(start.getTime() + seconds * 1000);
        const kept = wholeMinutes(start, end);
        const parts = toDayParts(start, end, zone);
        const total = parts.reduce((sum, { minutes }) => sum + minutes, 0);
        expect(total * MINUTE).toBe(kept.end.getTime() - kept.start.getTime());
        expect(Math.abs(total - seconds / 60)).toBeLessThanOrEqual(Math.max(0.5, 1 - seconds / 60));
        expect(startOfLog(parts[0]!, zone)).toEqual({ start: kept.start, isExact: true });
        expect(new Set(parts.map(({ date }) => date)).size).toBe(parts.length);
        for (const { date, minutes } of parts) {
          const day = dayStart(shiftDay(date, 1), zone).getTime() - dayStart(date, zone).getTime();
          expect(minutes).toBeGreaterThan(0);
          expect(minutes * MINUTE).toBeLessThanOrEqual(day);
        }
      }),
    );
  });

  it('are said as Zoho writes them', () => {
    const parts = toDayParts(new Date('2026-03-02T22:30:00Z'), new Date('2026-03-03T13:05:00Z'), 'UTC');
    expect(parts).toEqual([
      { date: '2026-03-02', minutes: 90, startTime: '10:30 PM', endTime: '12:00 AM' },
      { date: '2026-03-03', minutes: 785, startTime: '12:00 AM', endTime: '01:05 PM' },
    ]);
  });
});

describe('hours', () => {
  it.each([
    ['01:30', 90],
    ['0:05', 5],
    ['100:00', 6000],
    ['1.5', 90],
    ['2', 120],
    ['', null],
    ['1:5', null],
    ['-1:00', null],
    ['an hour', null],
  ])('%j are %j minutes', (text, minutes) => expect(minutesIn(text)).toBe(minutes));

  it('have two digits each', () =>
    expect([toHours(5), toHours(90), toHours(1440)]).toEqual(['00:05', '01:30', '24:00']));
});

describe('the start of a log', () => {
  const log = { date: '2026-03-02', minutes: 60, endTime: null };

  it.each([
    ['10:33 AM', '2026-03-02T10:33:00.000Z', true],
    ['12:00 am', '2026-03-02T00:00:00.000Z', true],
    ['12:30 PM', '2026-03-02T12:30:00.000Z', true],
    ['22:15', '2026-03-02T22:15:00.000Z', true],
    ['13:00 PM', '2026-03-02T00:00:00.000Z', false],
    ['soon', '2026-03-02T00:00:00.000Z', false],
    [null, '2026-03-02T00:00:00.000Z', false],
  ])('at %j is %s', (startTime, instant, isExact) => {
    expect(startOfLog({ ...log, startTime }, 'UTC')).toEqual({ start: new Date(instant), isExact });
  });
});
