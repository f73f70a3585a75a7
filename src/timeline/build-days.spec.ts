import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDays, type TimedEntry } from './build-days.js';

const at = (text: string) => new Date(text);
const entry = (id: number, start: string, end: string | null, isRunning = false): TimedEntry => ({
  id,
  startedAt: at(start),
  endedAt: end === null ? null : at(end),
  isRunning,
});
const NOW = at('2026-05-10T12:00Z');
const MAY = { start: at('2026-05-01T00:00Z'), end: at('2026-06-01T00:00Z') };

describe('buildDays', () => {
  it('puts an entry over midnight into both days', () => {
    const days = buildDays([entry(1, '2026-05-04T21:00Z', '2026-05-05T00:30Z')], MAY, 'Europe/Madrid', NOW);
    expect(days).toEqual([
      {
        day: '2026-05-04',
        seconds: 3600,
        slices: [{ entryId: 1, start: at('2026-05-04T21:00Z'), end: at('2026-05-04T22:00Z'), seconds: 3600 }],
      },
      {
        day: '2026-05-05',
        seconds: 9000,
        slices: [{ entryId: 1, start: at('2026-05-04T22:00Z'), end: at('2026-05-05T00:30Z'), seconds: 9000 }],
      },
    ]);
  });

  it('clips to the range', () => {
    const days = buildDays(
      [
        entry(1, '2026-04-30T22:00Z', '2026-05-01T01:00Z'),
        entry(2, '2026-05-31T23:00Z', '2026-06-01T05:00Z'),
        entry(3, '2026-04-30T22:00Z', '2026-05-01T00:00Z'),
        entry(4, '2026-06-01T00:00Z', '2026-06-01T01:00Z'),
      ],
      MAY,
      'UTC',
      NOW,
    );
    expect(days.map((day) => [day.day, day.seconds])).toEqual([
      ['2026-05-01', 3600],
      ['2026-05-31', 3600],
    ]);
  });

  it('counts a running entry until now, and a draft without an end not at all', () => {
    const days = buildDays(
      [
        entry(1, '2026-05-10T11:00Z', null, true),
        entry(2, '2026-05-10T11:00Z', null),
        entry(3, '2026-05-10T13:00Z', null, true),
      ],
      MAY,
      'UTC',
      NOW,
    );
    expect(days.map((day) => day.slices.map((slice) => [slice.entryId, slice.seconds]))).toEqual([[[1, 3600]]]);
  });

  it('orders the slices of a day by start and counts parallel work twice', () => {
    const days = buildDays(
      [
        entry(3, '2026-05-04T10:00Z', '2026-05-04T11:00Z'),
        entry(2, '2026-05-04T10:00Z', '2026-05-04T10:30Z'),
        entry(1, '2026-05-04T12:00Z', '2026-05-04T12:00Z'),
        entry(4, '2026-05-04T09:00Z', '2026-05-04T09:00:00.250Z'),
      ],
      MAY,
      'UTC',
      NOW,
    );
    expect(days).toHaveLength(1);
    expect(days[0]!.slices.map((slice) => slice.entryId)).toEqual([4, 2, 3, 1]);
    expect(days[0]!.seconds).toBe(5400.25);
  });

  it('loses and invents no time, whatever the zone', () => {
    const minute = fc.integer({ min: 0, max: 120 * 24 * 60 });
    const zones = fc.constantFrom('Europe/Madrid', 'America/Bogota', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    const origin = Date.UTC(2026, 1, 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(minute, fc.nat(3000))), zones, (spans, zone) => {
        const entries = spans.map(([start, length], id) => ({
          id,
          startedAt: new Date(origin + start * 60_000),
          endedAt: new Date(origin + (start + length) * 60_000),
          isRunning: false,
        }));
        const range = { start: new Date(0), end: new Date(Date.UTC(2027, 0)) };
        const days = buildDays(entries, range, zone, NOW);
        const total = days.reduce((sum, day) => sum + day.seconds, 0);
        expect(total).toBe(spans.reduce((sum, [, length]) => sum + length * 60, 0));
        expect(days.map((day) => day.day)).toEqual([...new Set(days.map((day) => day.day))].sort());
      }),
    );
  });
});
