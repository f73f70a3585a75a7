import { toUnixSeconds } from '../common/instant.js';
import { lengthOf, validLengthOf, type ReportEntry } from './report-entry.js';
import type { Report, ReportFrame } from './report.js';
import { REPORT_WORDS } from './report-words.js';
import { Tally, type WeekTotals } from './tally.js';

/** The report as one JSON object, a batch of entries at a time; the totals stand after what they add up. */
export async function* reportJson(report: Report): AsyncGenerator<string> {
  const tally = new Tally(report);
  yield `${JSON.stringify(headOf(report)).slice(0, -1)},"entries":[`;
  let separator = '';
  for await (const batch of report.batches) {
    for (const entry of batch) tally.add(entry);
    yield separator + batch.map((entry) => JSON.stringify(entryOf(entry, report.now))).join(',');
    separator = ',';
  }
  yield `],${JSON.stringify(totalsOf(report, tally)).slice(1)}`;
}

const headOf = ({ person, range, timeZone, firstWeekday, now }: ReportFrame) => ({
  user_id: person?.id ?? null,
  user: person?.name ?? null,
  start_date: range.from,
  end_date: range.to,
  time_zone: timeZone,
  week_start: firstWeekday,
  made_at: toUnixSeconds(now),
});

function entryOf(entry: ReportEntry, now: Date) {
  const valid = validLengthOf(entry, now);
  return {
    id: entry.id,
    user_id: entry.userId,
    user: entry.userName,
    provider: entry.source,
    external_id: entry.externalId,
    task: entry.description,
    project: entry.projectName,
    project_task: entry.taskName,
    tags: entry.tags,
    category: entry.category,
    start: toUnixSeconds(entry.startedAt),
    end: entry.endedAt && toUnixSeconds(entry.endedAt),
    time_zone: entry.timeZone,
    precision: entry.timePrecision,
    seconds: lengthOf(entry, now) / 1000,
    valid_seconds: valid === null ? null : valid / 1000,
    running: entry.isRunning,
    overtime: entry.isOvertime,
    edits: entry.timeEditCount,
    status: REPORT_WORDS.es.status[entry.reviewStatus],
    observation: entry.observation,
  };
}

function totalsOf({ range, deleted }: ReportFrame, tally: Tally) {
  const weeks = tally.weeks(range);
  return {
    totals: {
      entries: tally.entries,
      seconds: tally.milliseconds / 1000,
      valid_seconds: tally.validMilliseconds / 1000,
      under_review: tally.underReview,
      rejected: tally.rejected,
      overtime: tally.overtime,
      running: tally.running,
      drafts: tally.drafts,
      deleted,
    },
    days: tally.days().map(({ userId, userName, day, milliseconds, parts, hasOvertime }) => ({
      user_id: userId,
      user: userName,
      day,
      seconds: milliseconds / 1000,
      parts,
      overtime: hasOvertime,
    })),
    projects: tally.projects().map((totals) => ({ provider: totals.source, ...weekly(totals, weeks) })),
    users: tally.users().map((totals) => weekly(totals, weeks)),
  };
}

const weekly = ({ name, milliseconds, weeks: byWeek }: WeekTotals, weeks: readonly string[]) => ({
  name: name === '' ? null : name,
  seconds: milliseconds / 1000,
  weeks: weeks.map((week) => ({ from: week, seconds: (byWeek.get(week) ?? 0) / 1000 })),
});
