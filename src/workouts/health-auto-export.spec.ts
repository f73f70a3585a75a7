import { describe, expect, it } from 'vitest';
import { readHealthExport } from './health-auto-export.js';
import { readHealthDate } from './health-dates.js';
import { workoutName } from '../time-entries/workout-words.js';

const RUN = {
  id: '6E7B0F0A-2B0C-4C66-9A54-0C7C4E9B8D11',
  name: 'Outdoor Run',
  start: '2026-05-01 18:00:00 +0200',
  end: '2026-05-01 18:42:10 +0200',
  duration: 2530.4,
  activeEnergyBurned: { qty: 412.7, units: 'kcal' },
  distance: { qty: 7.31, units: 'km' },
};

const only = (workout: object) => readHealthExport({ data: { workouts: [workout] } });

describe('what Health Auto Export sends', () => {
  it('is read in its second version', () => {
    expect(only(RUN)).toEqual({
      rejected: [],
      workouts: [
        {
          workoutId: RUN.id,
          activity: {
            kind: 'workout',
            name: 'Outdoor Run',
            category: 'Sport',
            type: 'Running',
            startedAt: new Date('2026-05-01T16:00:00Z'),
            endedAt: new Date('2026-05-01T16:42:10Z'),
            offsetStartSeconds: 7200,
            offsetEndSeconds: 7200,
            timeZone: null,
            notes: '413 kcal | 7.31 km',
          },
        },
      ],
    });
  });

  it('is read in its first version, without an id and in kilojoules', () => {
    const yoga = { name: 'Yoga', start: RUN.start, end: RUN.end, activeEnergy: { qty: 310.2, units: 'kJ' } };
    expect(only(yoga)!.workouts).toMatchObject([
      { workoutId: null, activity: { name: 'Yoga', category: 'Yoga', notes: '74 kcal' } },
    ]);
  });

  it('is read as metrics that tell of workouts, in minutes', () => {
    const point = {
      workoutType: 'HKWorkoutActivityTypeFunctionalStrengthTraining',
      duration: 30,
      date: '2026-05-01 18:00:00 +0200',
      sourceName: 'Watch',
      totalEnergyBurned: 320,
    };
    const metrics = [
      { name: 'apple_workouts', data: [point] },
      { name: 'mindful_minutes', data: [{ date: point.date, qty: 10 }] },
    ];
    expect(readHealthExport({ data: { metrics } })).toMatchObject({
      rejected: [],
      workouts: [
        {
          activity: {
            name: 'Functional Strength Training',
            endedAt: new Date('2026-05-01T16:30:00Z'),
            notes: 'Watch | 320 kcal',
          },
        },
      ],
    });
  });

  it('counts its duration in seconds where there is no end', () => {
    const { end: _end, ...open } = RUN;
    expect(only(open)!.workouts[0]!.activity.endedAt).toEqual(new Date('2026-05-01T16:42:10Z'));
  });

  it.each([
    ['an end before its start', { end: '2026-05-01 17:00:00 +0200' }, 'it ends before it starts'],
    ['no start', { start: undefined }, 'its start is no possible time'],
    ['a day no calendar has', { start: '2026-02-30 17:00:00 +0200' }, 'its start is no possible time'],
    ['no end and no duration', { end: undefined, duration: undefined }, 'its end is no possible time'],
    ['a month of exercise', { end: '2026-07-01 17:00:00 +0200' }, 'it is longer than 31 days'],
  ])('names a workout with %s, and reads the others', (_what, changes, reason) => {
    const read = readHealthExport({ data: { workouts: [RUN, { ...RUN, ...changes }, 7] } })!;
    expect(read.workouts).toHaveLength(1);
    expect(read.rejected).toEqual([
      { workout: 2, reason },
      { workout: 3, reason: 'it is no object' },
    ]);
  });

  it.each([null, [], {}, { data: [] }, { data: 'x' }])('is not %j', (payload) => {
    expect(readHealthExport(payload)).toBeNull();
  });

  it.each([{ data: {} }, { data: { metrics: [], workouts: null } }, { data: { metrics: [{ name: 'steps' }] } }])(
    'may hold no workout: %j',
    (payload) => {
      expect(readHealthExport(payload)).toEqual({ workouts: [], rejected: [] });
    },
  );
});

describe('a date of a phone', () => {
  it.each([
    ['2026-05-01 18:00:00 +0200', '2026-05-01T16:00:00Z', 7200],
    ['2026-05-01 6:00:00 PM +0200', '2026-05-01T16:00:00Z', 7200],
    ['2026-05-01 6:00:00\u202fPM +0200', '2026-05-01T16:00:00Z', 7200],
    ['2026-05-01 12:00:00 AM -0730', '2026-05-01T07:30:00Z', -27_000],
    ['2026-05-01 12:00:00 p.m. Z', '2026-05-01T12:00:00Z', 0],
    ['2026-05-01T18:00:00+02:00', '2026-05-01T16:00:00Z', 7200],
  ])('%s', (text, instant, offsetSeconds) => {
    expect(readHealthDate(text)).toEqual({ instant: new Date(instant), offsetSeconds });
  });

  it.each(['2026-05-01 13:00:00 PM +0200', '2026-05-01 18:00:00', '2026-05-01', 'x'.repeat(1000), 7, null])(
    'is not %j',
    (value) => {
      expect(readHealthDate(value)).toBeNull();
    },
  );
});

describe('the name of a workout', () => {
  it.each([
    ['Outdoor Walk', 'Walking', 'Walking'],
    ['Hiking', 'Walking', 'Hiking'],
    ['Mind and Body', 'Yoga', 'MindAndBody'],
    ['Functional Strength Training', 'Sport', 'FunctionalStrengthTraining'],
    ['Underwater Basket Weaving', 'Sport', null],
  ])('%s is %s, of the kind %s', (name, category, type) => {
    expect(workoutName(name)).toEqual({ name, category, type });
  });

  it('is said in words, cut where it is endless, and never empty', () => {
    expect(workoutName('HKWorkoutActivityTypeMindAndBody')).toMatchObject({ name: 'Mind And Body', category: 'Yoga' });
    expect(workoutName('x'.repeat(5000)).name).toHaveLength(100);
    expect(workoutName('\0').name).toBe('Workout');
  });
});
