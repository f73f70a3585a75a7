import { describe, expect, it } from 'vitest';
import { findAll, type FindingsInput } from './find-all.js';
import type { Finding, FindingEntry } from './finding.js';

const NOW = new Date('2026-05-20T12:00Z');
const at = (text: string) => new Date(text.length > 8 ? `${text}Z` : `2026-05-18T${text}Z`);

let ids = 0;
const entry = (start: string, end: string | null, changes: Partial<FindingEntry> = {}): FindingEntry => ({
  id: (ids += 1),
  source: 'local',
  workspaceId: null,
  description: `task ${ids}`,
  projectName: null,
  sameAsEntryId: null,
  startedAt: at(start),
  endedAt: end === null ? null : at(end),
  isRunning: end === null,
  timePrecision: 'second',
  ...changes,
});
const find = (entries: FindingEntry[], more: Partial<FindingsInput> = {}): Finding[] =>
  findAll({ entries, history: entries, timeZone: 'UTC', homeZone: 'UTC', now: NOW, ...more });
const kinds = (findings: Finding[]) => findings.map(({ kind }) => kind);
const fixesOf = ({ fixes }: Finding) => fixes.map(({ fix }) => fix);

describe('an overlap', () => {
  it('is told to the second, with ways that take away only what is counted twice', () => {
    const [a, b] = [entry('08:00', '10:00:30'), entry('09:00', '11:00')];
    const [found, ...others] = find([b, a]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      kind: 'overlap',
      entries: [a.id, b.id],
      evidence: { start: at('09:00'), end: at('10:00:30'), seconds: 3630 },
      fixes: [
        { fix: 'trim_first', changes: [{ kind: 'times', entryId: a.id, start: at('08:00'), end: at('09:00') }] },
        { fix: 'trim_second', changes: [{ kind: 'times', entryId: b.id, start: at('10:00:30'), end: at('11:00') }] },
        { fix: 'ignore', changes: [] },
      ],
    });
  });

  it('is none back to back, nor where a service rounded to a minute', () => {
    expect(find([entry('08:00', '09:00'), entry('09:00', '10:00')])).toEqual([]);
    expect(find([entry('08:00', '09:00:59'), entry('09:00', '10:00')])).toEqual([]);
    expect(kinds(find([entry('08:00', '09:01'), entry('09:00', '10:00')]))).toEqual(['overlap']);
  });

  it('is none with what is known only by the day, nor with a draft', () => {
    const day = entry('00:00', '08:00', { timePrecision: 'day' });
    const draft = entry('06:00', null, { isRunning: false });
    expect(find([day, draft, entry('05:00', '07:00')])).toEqual([]);
  });

  it('parts the longer entry around one that lies inside it', () => {
    const [a, b] = [entry('08:00', '12:00'), entry('09:00', '10:00')];
    expect(find([a, b])[0]!.fixes[0]).toEqual({
      fix: 'split_first',
      changes: [
        { kind: 'times', entryId: a.id, start: at('08:00'), end: at('09:00') },
        { kind: 'copy', entryId: a.id, start: at('10:00'), end: at('12:00') },
      ],
    });
  });

  it('with a running entry lasts until now, and its name does not change with every second', () => {
    const [a, b] = [entry('2026-05-20T09:00', null), entry('2026-05-20T10:00', '2026-05-20T11:00')];
    const [found] = find([a, b]);
    expect(found).toMatchObject({ kind: 'overlap', evidence: { seconds: 3600 }, fixes: [{ fix: 'ignore' }] });
    expect(find([a, b], { now: new Date(NOW.getTime() + 5000) })[0]!.id).toBe(found!.id);
  });
});

describe('a gap', () => {
  it('is more than 15 minutes that nothing covers, between entries of one day', () => {
    const [a, b] = [entry('08:00', '09:00'), entry('09:15:01', '10:00')];
    expect(find([b, a])).toMatchObject([
      {
        kind: 'gap',
        entries: [a.id, b.id],
        evidence: { start: at('09:00'), end: at('09:15:01'), seconds: 901, limitSeconds: 900 },
        fixes: [{ fix: 'ignore' }],
      },
    ]);
    expect(find([entry('08:00', '09:00'), entry('09:15', '10:00')])).toEqual([]);
  });

  it('is none where a longer entry covers it', () => {
    const findings = find([entry('08:00', '12:00'), entry('08:30', '09:00'), entry('12:00', '13:00')]);
    expect(kinds(findings)).toEqual(['overlap']);
  });

  it('is none over midnight of the zone, nor after a night’s work', () => {
    const evening = entry('2026-05-17T20:00', '2026-05-17T21:30');
    const late = entry('2026-05-17T22:30', '2026-05-17T23:00');
    expect(kinds(find([evening, late]))).toEqual(['gap']);
    expect(find([evening, late], { timeZone: 'Europe/Madrid' })).toEqual([]);
    expect(find([entry('2026-05-17T22:00', '02:00'), entry('09:00', '10:00')])).toEqual([]);
    expect(find([entry('2026-05-17T22:00', '00:00'), entry('09:00', '10:00')])).toEqual([]);
  });

  it('is not claimed on a day of which somebody wrote down only how long', () => {
    const day = entry('00:00', '03:00', { timePrecision: 'day' });
    expect(find([day, entry('08:00', '09:00'), entry('11:00', '12:00')])).toEqual([]);
  });

  it('ends with what runs', () => {
    const findings = find([entry('2026-05-20T08:00', null), entry('2026-05-20T16:00', '2026-05-20T17:00')]);
    expect(findings).toEqual([]);
  });
});

describe('the same work at two services', () => {
  const there = (start: string, end: string | null, description: string, source = 'clockify') =>
    entry(start, end, { source, workspaceId: 'w', description });

  it('is the same time, within five minutes, and nearly the same text', () => {
    const [a, b] = [there('08:00', '10:00', 'Landing page', 'toggl'), there('08:03', '09:58', 'landing page!')];
    expect(find([a, b])).toMatchObject([
      {
        kind: 'same_work',
        entries: [a.id, b.id],
        evidence: {
          start: at('08:03'),
          end: at('09:58'),
          seconds: 6900,
          startDifferenceSeconds: 180,
          endDifferenceSeconds: 120,
          similarity: 1,
        },
      },
    ]);
  });

  it.each([
    ['other text', '08:00', '10:00', 'Invoices'],
    ['six minutes apart', '08:06', '10:00', 'Landing page'],
    ['another end', '08:00', '10:06', 'Landing page'],
  ])('is only an overlap with %s', (_name, start, end, text) => {
    expect(kinds(find([there('08:00', '10:00', 'Landing page', 'toggl'), there(start, end, text)]))).toEqual([
      'overlap',
    ]);
  });

  it('is only an overlap at one service, and nothing where two short entries merely touch', () => {
    expect(kinds(find([there('08:00', '10:00', 'a'), there('08:00', '10:00', 'a')]))).toEqual(['overlap']);
    expect(find([there('08:00', '08:05', 'a', 'toggl'), there('08:05', '08:10', 'a')])).toEqual([]);
  });

  it('goes by the project where one side has no text', () => {
    const bare = { ...there('08:00', '10:00', '', 'toggl'), projectName: 'Website' };
    expect(kinds(find([bare, { ...there('08:00', '10:00', 'Pages'), projectName: 'website' }]))).toEqual(['same_work']);
    expect(kinds(find([bare, there('08:00', '10:00', 'Pages')]))).toEqual(['overlap']);
  });
});

describe('an entry that nobody ended', () => {
  const DAY = 86_400_000;
  const weeksBefore = (weeks: number, end: string) => {
    const shift = (text: string) => new Date(at(text).getTime() - weeks * 7 * DAY);
    return { ...entry('08:00', end), startedAt: shift('08:00'), endedAt: shift(end) };
  };

  it('is too long after exactly 24 hours', () => {
    expect(find([entry('2026-05-17T08:00', '2026-05-18T08:00')])).toEqual([]);
    const found = find([entry('2026-05-17T08:00', '2026-05-18T08:00:01')]);
    expect(found).toMatchObject([{ kind: 'too_long', evidence: { seconds: 86401, limitSeconds: 86400 } }]);
    expect(fixesOf(found[0]!)).toEqual(['trim_end', 'ignore']);
  });

  it('is a forgotten timer after twelve hours of running, and no overlap beside that', () => {
    expect(find([entry('2026-05-20T00:00', null)])).toEqual([]);
    const forgotten = entry('2026-05-19T23:59', null);
    const found = find([forgotten, entry('2026-05-20T09:00', '2026-05-20T10:00')]);
    expect(found).toMatchObject([
      {
        kind: 'forgotten_timer',
        evidence: { seconds: 43260, proposedEnd: at('2026-05-20T09:00'), basis: 'next_entry' },
        fixes: [{ fix: 'close_timer', changes: [{ entryId: forgotten.id, end: at('2026-05-20T09:00') }] }, {}],
      },
    ]);
  });

  it('likely ended when the person’s day usually ends on that weekday', () => {
    const habits = [weeksBefore(1, '17:00'), weeksBefore(2, '17:30'), weeksBefore(3, '16:00')];
    const otherDays = ['12', '13', '14', '15'].map((day) => entry(`2026-05-${day}T08:00`, `2026-05-${day}T12:00`));
    const running = entry('09:00', null);
    const propose = (history: FindingEntry[]) => find([running], { history })[0]!.evidence;
    expect(propose([...habits, ...otherDays])).toMatchObject({ proposedEnd: at('17:00'), basis: 'usual_end' });
    expect(propose([...habits.slice(1), ...otherDays])).toMatchObject({ proposedEnd: at('12:00'), basis: 'usual_end' });
    expect(propose(habits.slice(1))).toMatchObject({ proposedEnd: at('17:00'), basis: 'eight_hours' });
  });

  it('keeps to the clock of the person when the clocks change', () => {
    const history = ['03-16', '03-23', '03-09'].map((day) => entry(`2026-${day}T08:00`, `2026-${day}T16:00`));
    const running = entry('2026-03-30T08:00', null);
    const now = new Date('2026-03-31T12:00Z');
    const [found] = find([running], { history, homeZone: 'Europe/Madrid', now });
    expect(found!.evidence).toMatchObject({ proposedEnd: at('2026-03-30T15:00'), basis: 'usual_end' });
  });

  it('has another id with another proposal, and stays ignored', () => {
    const running = entry('09:00', null);
    const [one] = find([running], { history: [] });
    const [other] = find([running], { history: [entry('15:00', '16:00')] });
    expect(other!.id).not.toBe(one!.id);
    expect(other!.subject).toBe(one!.subject);
  });
});
