import type { Json } from '../snapshot.js';
import { durationSeconds, type TimeEntry } from '../time-entry.js';
import { clockText, lengthText } from './clocks.js';
import type { SessionNews } from './session-letter.js';
import type { LetterWords } from './words.js';

export type Fact = readonly [label: string, value: string];

/** Whoever needs all of a long text finds it in the ledger. */
const MAX_VALUE = 1000;

/** Whose session it is, and what was worked on. */
export function subjectFacts(
  { person, externalId, before, after }: SessionNews,
  { labels, values }: LetterWords,
): Fact[] {
  const entry = after ?? before;
  const user = person === null ? values.unknownUser : `${person.name} (${person.email ?? values.noAddress})`;
  const facts: Fact[] = [
    [labels.user, user],
    [labels.externalId, externalId === '' ? values.none : externalId],
  ];
  if (entry === null) return facts;
  return [
    ...facts,
    [labels.description, cut(entry.description) || values.noDescription],
    [labels.project, entry.projectName ?? values.noProject],
    [labels.task, entry.taskName ?? values.noTask],
  ];
}

/** When, how long, and whether that was too long. */
export function timeFacts(entry: TimeEntry, words: LetterWords): Fact[] {
  const { labels, values } = words;
  return [
    ...onBothClocks(labels.start, entry.startedAt, entry.offsetStartSeconds, words),
    ...endOnBothClocks(labels.end, entry, words),
    [labels.timeZone, entry.timeZone],
    [labels.duration, lengthOf(entry, words)],
    [labels.overtime, entry.isOvertime ? values.yes : values.no],
    [labels.status, values.status[entry.reviewStatus]],
  ];
}

/** Since when it runs, how long that was until `at`, and how long it should have been at most. */
export function overtimeFacts(entry: TimeEntry, at: Date, limitHours: number, words: LetterWords): Fact[] {
  const { labels, values } = words;
  return [
    ...onBothClocks(labels.start, entry.startedAt, entry.offsetStartSeconds, words),
    ...endOnBothClocks(labels.end, entry, words),
    [labels.timeZone, entry.timeZone],
    [labels.duration, values.hours(elapsedHours(entry, at))],
    [labels.limit, values.hours(String(limitHours))],
    [labels.overtime, values.yes],
    [labels.status, values.status[entry.reviewStatus]],
  ];
}

/** What the times were, and what they are now. */
export function movedTimeFacts(before: TimeEntry, after: TimeEntry, words: LetterWords): Fact[] {
  const { labels, values } = words;
  return [
    ...onBothClocks(labels.originalStart, before.startedAt, before.offsetStartSeconds, words),
    ...onBothClocks(labels.newStart, after.startedAt, after.offsetStartSeconds, words),
    ...endOnBothClocks(labels.originalEnd, before, words),
    ...endOnBothClocks(labels.newEnd, after, words),
    [labels.timeZone, after.timeZone],
    [labels.originalDuration, lengthOf(before, words)],
    [labels.newDuration, lengthOf(after, words)],
    [labels.edits, String(after.timeEditCount)],
    [labels.overtime, after.isOvertime ? values.yes : values.no],
    [labels.status, values.status[after.reviewStatus]],
  ];
}

/** Whatever else there is to say; a field that differs is shown as both its values. */
export function detailFacts(detail: Readonly<Record<string, Json>>, words: LetterWords): Fact[] {
  return Object.entries(detail).map(([field, value]) => {
    const label = Object.hasOwn(words.fields, field) ? words.fields[field]! : field;
    return [
      label,
      cut(isDifference(value) ? `${plain(value.from, words)} → ${plain(value.to, words)}` : plain(value, words)),
    ];
  });
}

function onBothClocks(
  label: string,
  instant: Date | null,
  offset: number | null,
  { labels, values }: LetterWords,
): Fact[] {
  const on = (seconds: number) => (instant === null ? values.none : clockText(instant, seconds));
  return [
    [`${label} (${labels.utc})`, on(0)],
    [`${label} (${labels.userClock})`, on(offset ?? 0)],
  ];
}

function endOnBothClocks(label: string, entry: TimeEntry, words: LetterWords): Fact[] {
  return entry.isRunning
    ? [[label, words.values.isRunning]]
    : onBothClocks(label, entry.endedAt, entry.offsetEndSeconds, words);
}

function lengthOf(entry: TimeEntry, { values }: LetterWords): string {
  const seconds = durationSeconds(entry);
  if (seconds !== null) return lengthText(seconds);
  return entry.isRunning ? values.isRunning : values.none;
}

const elapsedHours = (entry: TimeEntry, at: Date): string =>
  (((entry.endedAt ?? at).getTime() - entry.startedAt.getTime()) / 3_600_000).toFixed(2);

const isDifference = (value: Json): value is { from: Json; to: Json } =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value;

function plain(value: Json, { values }: LetterWords): string {
  if (value === null || value === '') return values.none;
  if (typeof value === 'boolean') return value ? values.yes : values.no;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ') || values.none;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Not through the middle of a character outside the first plane. */
const cut = (text: string): string =>
  text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE).replace(/\p{Surrogate}$/u, '')}…`;
