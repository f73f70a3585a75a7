import { sliceByDay } from '../time-entries/day-slices.js';
import type { Weekday } from '../common/weekday.js';
import { weekStartOf, type DayRange } from './period.js';
import { endFor, isDraft, lengthOf, validLengthOf, type ReportEntry } from './report-entry.js';

/** What one person did on one day. */
export interface DayTotal {
  userId: number;
  userName: string;
  day: string;
  milliseconds: number;
  /** Parts of entries that lie in the day. */
  parts: number;
  start: Date;
  end: Date;
  hasOvertime: boolean;
  underReview: number;
}

/** Time of a project or a person, by the first day of each week. */
export interface WeekTotals {
  name: string;
  source: string | null;
  weeks: Map<string, number>;
  milliseconds: number;
}

export interface TallyRules {
  timeZone: string;
  firstWeekday: Weekday;
  /** What has not ended is counted up to here. */
  now: Date;
}

const NO_PROJECT = '';

/**
 * Sums of a report, gathered entry by entry in whole milliseconds. Every sum is made of the same slices of days, so that
 * sheets cannot disagree: the days of a person, the weeks of a project and the entries add up to the same.
 */
export class Tally {
  entries = 0;
  milliseconds = 0;
  validMilliseconds = 0;
  running = 0;
  drafts = 0;
  underReview = 0;
  rejected = 0;
  overtime = 0;
  knownByDayOnly = 0;
  private readonly dayTotals = new Map<string, DayTotal>();
  private readonly projectTotals = new Map<string, WeekTotals>();
  private readonly userTotals = new Map<number, WeekTotals>();
  private readonly weekByDay = new Map<string, string>();

  constructor(private readonly rules: TallyRules) {}

  add(entry: ReportEntry): void {
    this.count(entry);
    const end = endFor(entry, this.rules.now);
    for (const slice of sliceByDay({ start: entry.startedAt, end }, this.rules.timeZone)) {
      const milliseconds = slice.end.getTime() - slice.start.getTime();
      this.addToDay(entry, slice.day, slice.start, slice.end, milliseconds);
      const week = this.weekOf(slice.day);
      addToWeek(this.projectOf(entry), week, milliseconds);
      addToWeek(this.userOf(entry), week, milliseconds);
    }
  }

  /** By person and day. */
  days(): DayTotal[] {
    return [...this.dayTotals.values()].sort(
      (a, b) => a.userName.localeCompare(b.userName) || a.userId - b.userId || (a.day < b.day ? -1 : 1),
    );
  }

  /** Those with most time first. */
  projects(): WeekTotals[] {
    return byTime([...this.projectTotals.values()]);
  }

  users(): WeekTotals[] {
    return byTime([...this.userTotals.values()]);
  }

  /** First days of the weeks with time, and of those the range begins and ends in, without a gap. */
  weeks(range: DayRange): string[] {
    const { firstWeekday } = this.rules;
    const used = [...this.userTotals.values()].flatMap(({ weeks }) => [...weeks.keys()]);
    const all = [weekStartOf(range.from, firstWeekday), weekStartOf(range.to, firstWeekday), ...used].sort();
    const last = Date.parse(all.at(-1)!);
    const weeks: string[] = [];
    for (let time = Date.parse(all[0]!); time <= last; time += 7 * 86_400_000) {
      weeks.push(new Date(time).toISOString().slice(0, 10));
    }
    return weeks;
  }

  private count(entry: ReportEntry): void {
    const { now } = this.rules;
    this.entries += 1;
    this.milliseconds += lengthOf(entry, now);
    this.validMilliseconds += validLengthOf(entry, now) ?? 0;
    if (entry.isRunning) this.running += 1;
    if (isDraft(entry)) this.drafts += 1;
    if (entry.reviewStatus === 'under_review') this.underReview += 1;
    if (entry.reviewStatus === 'rejected') this.rejected += 1;
    if (entry.isOvertime) this.overtime += 1;
    if (entry.timePrecision === 'day') this.knownByDayOnly += 1;
  }

  private addToDay(entry: ReportEntry, day: string, start: Date, end: Date, milliseconds: number): void {
    const key = `${entry.userId} ${day}`;
    let total = this.dayTotals.get(key);
    if (total === undefined) {
      const { userId, userName } = entry;
      total = { userId, userName, day, milliseconds: 0, parts: 0, start, end, hasOvertime: false, underReview: 0 };
      this.dayTotals.set(key, total);
    }
    total.milliseconds += milliseconds;
    total.parts += 1;
    if (start < total.start) total.start = start;
    if (end > total.end) total.end = end;
    if (entry.isOvertime) total.hasOvertime = true;
    if (entry.reviewStatus === 'under_review') total.underReview += 1;
  }

  private weekOf(day: string): string {
    return found(this.weekByDay, day, () => weekStartOf(day, this.rules.firstWeekday));
  }

  private projectOf({ source, projectName }: ReportEntry): WeekTotals {
    const name = projectName ?? NO_PROJECT;
    return found(this.projectTotals, `${source}\0${name}`, () => emptyTotals(name, source));
  }

  private userOf({ userId, userName }: ReportEntry): WeekTotals {
    return found(this.userTotals, userId, () => emptyTotals(userName, null));
  }
}

const emptyTotals = (name: string, source: string | null): WeekTotals => ({
  name,
  source,
  weeks: new Map(),
  milliseconds: 0,
});

function found<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function addToWeek(totals: WeekTotals, week: string, milliseconds: number): void {
  totals.weeks.set(week, (totals.weeks.get(week) ?? 0) + milliseconds);
  totals.milliseconds += milliseconds;
}

const byTime = (totals: WeekTotals[]): WeekTotals[] =>
  totals.sort((a, b) => b.milliseconds - a.milliseconds || a.name.localeCompare(b.name));
