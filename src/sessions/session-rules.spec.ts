import { describe, expect, it } from 'vitest';
import { timesAfter, type TypedTimes } from './session-rules.js';

const at = (time: string): Date => new Date(`2026-07-20T${time}Z`);
const NOW = at('12:00:00');
const ENDED = { startedAt: at('08:00:00'), endedAt: at('10:00:00') as Date | null, isRunning: false, timeZone: 'UTC' };
const RUNNING = { ...ENDED, endedAt: null, isRunning: true };
const DRAFT = { ...ENDED, endedAt: null };

const after = (typed: TypedTimes, current = ENDED) => timesAfter(current, typed, NOW);
const code = (typed: TypedTimes, current = ENDED): string => {
  try {
    after(typed, current);
    return 'possible';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the times somebody types', () => {
  it('stay where nothing is typed', () => {
    for (const current of [ENDED, RUNNING, DRAFT]) expect(after({}, current)).toEqual(current);
    expect(after({ startedAt: at('07:00:00') }, DRAFT)).toEqual({ ...DRAFT, startedAt: at('07:00:00') });
  });

  it('end what runs, and an end taken away makes it run again', () => {
    expect(after({ endedAt: at('11:00:00') }, RUNNING)).toMatchObject({ endedAt: at('11:00:00'), isRunning: false });
    expect(after({ endedAt: null })).toMatchObject({ endedAt: null, isRunning: true });
  });

  it.each<[TypedTimes, string]>([
    [{ isRunning: true }, 'SESSION.RUNNING_OR_ENDED'],
    [{ isRunning: false, endedAt: null }, 'SESSION.RUNNING_OR_ENDED'],
    [{ endedAt: at('07:59:59') }, 'SESSION.END_BEFORE_START'],
    [{ endedAt: at('08:00:00') }, 'possible'],
    [{ endedAt: new Date(at('08:00:00').getTime() + 31 * 86_400_000) }, 'possible'],
    [{ endedAt: new Date(at('08:00:00').getTime() + 31 * 86_400_000 + 1) }, 'SESSION.TOO_LONG'],
    [{ startedAt: at('12:02:00'), endedAt: null }, 'SESSION.NOT_BEGUN'],
    [{ startedAt: at('12:02:00'), endedAt: at('13:00:00') }, 'possible'],
  ])('of %o are %s', (typed, expected) => {
    expect(code(typed)).toBe(expected);
  });

  it.each([
    ['PT2H', 'possible'],
    ['PT120M', 'possible'],
    ['PT1H59M59.5S', 'possible'],
    [null, 'possible'],
    ['PT1H', 'SESSION.BAD_DURATION'],
    ['PT-2H', 'SESSION.BAD_DURATION'],
    ['P1000Y', 'SESSION.BAD_DURATION'],
    ['2:00:00', 'SESSION.BAD_DURATION'],
    ['', 'SESSION.BAD_DURATION'],
  ])('with the duration %s are %s', (duration, expected) => {
    expect(code({ duration })).toBe(expected);
  });

  it('have no duration while it runs', () => {
    expect(code({ duration: 'PT0S' }, RUNNING)).toBe('SESSION.BAD_DURATION');
    expect(code({ duration: null }, RUNNING)).toBe('possible');
  });

  it('agree with the offsets of the zone, in summer and in winter', () => {
    const madrid = { ...ENDED, timeZone: 'Europe/Madrid' };
    expect(code({ offsetStart: 7200, offsetEnd: 7200 }, madrid)).toBe('possible');
    expect(code({ offsetStart: 3600 }, madrid)).toBe('SESSION.BAD_OFFSET');
    expect(code({ offsetEnd: 0 }, madrid)).toBe('SESSION.BAD_OFFSET');
    expect(code({ offsetEnd: 7200, endedAt: null }, madrid)).toBe('SESSION.BAD_OFFSET');
    const winter = { startedAt: new Date('2026-01-20T08:00:00Z'), endedAt: new Date('2026-01-20T10:00:00Z') };
    expect(code({ ...winter, offsetStart: 3600, offsetEnd: 3600 }, madrid)).toBe('possible');
  });
});
