import { describe, expect, it } from 'vitest';
import { isDay } from '../common/calendar-day.js';
import {
  addDays,
  daysIn,
  dueAt,
  instantsOf,
  latestDue,
  monthOf,
  periodAfter,
  periodOf,
  weekFrom,
  weekStartOf,
} from './period.js';

const HOUR = 3_600_000;

describe('the days of a period', () => {
  it('begins a week on any weekday', () => {
    expect(weekStartOf('2026-11-22', 'monday')).toBe('2026-11-16');
    expect(weekStartOf('2026-11-22', 'saturday')).toBe('2026-11-21');
    expect(weekStartOf('2026-11-22', 'sunday')).toBe('2026-11-22');
    expect(weekStartOf('1969-12-30', 'monday')).toBe('1969-12-29');
  });

  it('knows the length of months', () => {
    expect(monthOf(2024, 2)).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(monthOf(2026, 12)).toEqual({ from: '2026-12-01', to: '2026-12-31' });
  });

  it('goes from a period to the next over the end of a year', () => {
    expect(periodAfter('monthly', monthOf(2026, 12), 'monday')).toEqual({ from: '2027-01-01', to: '2027-01-31' });
    expect(periodAfter('weekly', weekFrom('2026-12-28'), 'monday')).toEqual({ from: '2027-01-04', to: '2027-01-10' });
    expect(periodOf('weekly', '2026-12-31', 'monday').from).toBe('2026-12-28');
  });

  it('takes for a day only what the calendar has', () => {
    expect(['2026-02-28', '2024-02-29'].every(isDay)).toBe(true);
    expect(['2026-02-29', '2026-02-30', '2026-1-1', '2026', '2026-W10', '20260101', ''].some(isDay)).toBe(false);
  });

  it('counts both ends', () => {
    expect(daysIn({ from: '2026-03-01', to: '2026-03-01' })).toBe(1);
    expect(daysIn({ from: '2026-03-02', to: '2026-03-01' })).toBe(0);
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  });
});

describe('the instants of a week', () => {
  const hoursOf = (from: string, timeZone: string) => {
    const { start, end } = instantsOf(weekFrom(from), timeZone);
    return (end.getTime() - start.getTime()) / HOUR;
  };

  it.each([
    ['Europe/Madrid', '2026-03-23', 167],
    ['Europe/Madrid', '2026-10-19', 169],
    ['America/New_York', '2026-03-02', 167],
    ['America/New_York', '2026-10-26', 169],
    ['Australia/Lord_Howe', '2026-03-30', 168.5],
    ['Australia/Lord_Howe', '2026-09-28', 167.5],
    ['America/Bogota', '2026-03-23', 168],
  ])('in %s the week of %s has %d hours', (timeZone, from, hours) => {
    expect(hoursOf(from, timeZone)).toBe(hours);
  });
});

describe('when a report is due', () => {
  it('is 07:00 by the wall clock of its zone, on the first day after it', () => {
    expect(dueAt(weekFrom('2026-11-16'), 'UTC').toISOString()).toBe('2026-11-23T07:00:00.000Z');
    expect(dueAt(weekFrom('2026-11-16'), 'America/Bogota').toISOString()).toBe('2026-11-23T12:00:00.000Z');
    expect(dueAt(weekFrom('2026-11-16'), 'Asia/Kathmandu').toISOString()).toBe('2026-11-23T01:15:00.000Z');
  });

  it('stays 07:00 on a day whose night had another hour', () => {
    expect(dueAt(weekFrom('2026-03-22'), 'Europe/Madrid').toISOString()).toBe('2026-03-29T05:00:00.000Z');
    expect(dueAt(weekFrom('2026-10-18'), 'Europe/Madrid').toISOString()).toBe('2026-10-25T06:00:00.000Z');
  });

  it('finds the latest period that is due', () => {
    const at = (text: string) => new Date(text);
    expect(latestDue('weekly', at('2026-11-23T06:59:59Z'), 'UTC', 'monday').from).toBe('2026-11-09');
    expect(latestDue('weekly', at('2026-11-23T07:00:00Z'), 'UTC', 'monday').from).toBe('2026-11-16');
    expect(latestDue('monthly', at('2026-11-01T07:00:00Z'), 'UTC', 'monday').from).toBe('2026-10-01');
    expect(latestDue('monthly', at('2026-11-01T06:00:00Z'), 'UTC', 'monday').from).toBe('2026-09-01');
  });
});
