import { describe, expect, it } from 'vitest';
import { spokenDuration, startedSentence, stoppedSentence } from './timer-sentence.js';

describe('what a timer says', () => {
  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h 00 min'],
    [3900, '1 h 05 min'],
    [90_000, '25 h 00 min'],
  ])('says %d s as %s', (seconds, text) => {
    expect(spokenDuration(seconds)).toBe(text);
  });

  it('tells the clock of the user', () => {
    const entry = { description: 'Working', startedAt: new Date('2026-07-20T06:02:10Z'), endedAt: null };
    expect(startedSentence(entry, 'Europe/Madrid')).toBe('Started *Working* at 08:02');
  });

  it('names every entry that was stopped', () => {
    const startedAt = new Date('2026-07-20T06:00:00Z');
    const entries = [
      { description: 'Working', startedAt, endedAt: new Date('2026-07-20T07:05:00Z') },
      { description: '', startedAt, endedAt: startedAt },
    ];
    expect(stoppedSentence(entries)).toBe('Stopped *Working* after 1 h 05 min; Stopped *no description* after 0 s');
  });
});
