import { describe, expect, it } from 'vitest';
import { nextStep, planRead, type ReadFacts } from './sync-run.js';

const now = new Date('2026-07-20T12:00:00Z');
const facts = (changes: Partial<ReadFacts> = {}): ReadFacts => ({
  now,
  days: 7,
  isIncremental: true,
  changesSince: new Date('2026-07-20T11:55:00Z'),
  walkedAt: new Date('2026-07-20T06:00:00Z'),
  walk: null,
  isAsked: false,
  ...changes,
});

describe('what a sync reads', () => {
  it('asks for the changes since the last time, with an overlap for clocks that differ', () => {
    expect(planRead(facts())).toEqual({ kind: 'changes', since: new Date('2026-07-20T11:53:00Z') });
  });

  it.each([
    ['the service cannot tell changes', { isIncremental: false }],
    ['it was never read', { changesSince: null }],
    ['it was never walked', { walkedAt: null }],
    ['the last walk is a day old', { walkedAt: new Date('2026-07-19T12:00:00Z') }],
    ['somebody asks for days', { isAsked: true }],
  ])('walks the days when %s', (_case, changes) => {
    expect(planRead(facts(changes)).walk).toEqual({
      from: '2026-07-13T12:00:00.000Z',
      to: '2026-07-21T12:00:00.000Z',
      doneUntil: '2026-07-13T12:00:00.000Z',
    });
  });

  it('goes on where a walk was broken off', () => {
    const walk = {
      from: '2026-05-01T00:00:00.000Z',
      to: '2026-07-01T00:00:00.000Z',
      doneUntil: '2026-06-05T00:00:00.000Z',
    };
    expect(planRead(facts({ walk }))).toEqual({ kind: 'walk', walk });
  });
});

describe('a walk', () => {
  const steps = (from: string, to: string): number[] => {
    const lengths: number[] = [];
    let walk = { from, to, doneUntil: from };
    for (let step = nextStep(walk); step !== null; step = nextStep(walk)) {
      expect(step.from.toISOString()).toBe(walk.doneUntil);
      lengths.push((step.to.getTime() - step.from.getTime()) / 86_400_000);
      walk = { ...walk, doneUntil: step.to.toISOString() };
    }
    expect(walk.doneUntil).toBe(to);
    return lengths;
  };

  it('takes the usual week and the day ahead in one step', () => {
    expect(steps('2026-07-13T12:00:00.000Z', '2026-07-21T12:00:00.000Z')).toEqual([8]);
  });

  it('covers a long time without hole or overlap, week by week', () => {
    expect(steps('2026-05-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z')).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 5]);
  });
});
