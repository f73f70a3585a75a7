import { describe, expect, it } from 'vitest';
import { MINDFUL, OLD_YOGA, RUN, workout } from '../../../test/support/health-export.js';
import { parseElement } from './health-element.js';

const parse = (xml: string) =>
  parseElement({ line: 1, tag: xml.startsWith('<Workout') ? 'Workout' : 'Record', xml: Buffer.from(xml) });

describe('an element of a health export', () => {
  it('is read in the form with statistics, those of its parts left out', () => {
    expect(parse(RUN)).toEqual({
      activity: {
        kind: 'workout',
        name: 'Running',
        category: 'Sport',
        type: 'Running',
        startedAt: new Date('2026-05-30T16:00:00Z'),
        endedAt: new Date('2026-05-30T16:42:11Z'),
        offsetStartSeconds: 7200,
        offsetEndSeconds: 7200,
        timeZone: null,
        notes: 'Reloj & más | 42.2 min active | 413 kcal | 7.31 km',
      },
    });
  });

  it('is read in the form with totals, other units converted', () => {
    expect(parse(OLD_YOGA)).toMatchObject({
      activity: { name: 'Yoga', category: 'Yoga', notes: 'Old App | 30.0 min active | 96 kcal' },
    });
  });

  it('is a mindful session with the zone of where it was', () => {
    expect(parse(MINDFUL)).toMatchObject({
      activity: {
        kind: 'mindfulness',
        startedAt: new Date('2026-05-30T23:38:20Z'),
        offsetStartSeconds: 32_400,
        timeZone: 'Asia/Tokyo',
        notes: 'Headspace',
      },
    });
  });

  it('says unknown sports in words, and counts them as sport', () => {
    const xml = workout(
      '2026-05-30 09:00:00 +0200',
      '2026-05-30 09:10:00 +0200',
      'HKWorkoutActivityTypeUnderwaterDiving',
    );
    expect(parse(xml)).toMatchObject({ activity: { name: 'Underwater Diving', category: 'Sport' } });
  });

  it('is read without control characters that do not belong into XML', () => {
    expect(parse(OLD_YOGA.replace('Old App', 'Old\u000b App\u0001'))).toMatchObject({
      activity: { notes: expect.stringContaining('Old App') },
    });
  });

  it.each([
    [
      'an end before its start',
      workout('2026-05-30 09:00:00 +0200', '2026-05-30 08:00:00 +0200'),
      'it ends before it starts',
    ],
    [
      'a time before 1970',
      workout('1900-05-30 09:00:00 +0200', '2026-05-30 10:00:00 +0200'),
      /startDate “1900.*no possible/,
    ],
    ['a day no calendar has', workout('2026-02-30 09:00:00 +0200', '2026-05-30 10:00:00 +0200'), /no possible time/],
    ['no offset', workout('2026-05-30 09:00:00', '2026-05-30 10:00:00 +0200'), /no possible time/],
    ['a month of exercise', workout('2026-05-30 09:00:00 +0200', '2026-07-30 10:00:00 +0200'), /longer than 31 days/],
    ['no times', '<Workout workoutActivityType="x"/>', /^startDate \(missing\) is no possible time$/],
    ['an unknown entity', OLD_YOGA.replace('Old App', '&lol9;'), /not sound XML.*entity/],
    ['a broken tag', '<Workout a="b"><x></Workout>', /not sound XML/],
    ['a depth nobody needs', `<Workout a="b">${'<a>'.repeat(40)}${'</a>'.repeat(40)}</Workout>`, /nested too deeply/],
  ])('is named, with %s, and left out', (_name, xml, reason) => {
    expect(parse(xml)).toEqual({ reason: expect.stringMatching(reason) });
  });
});
