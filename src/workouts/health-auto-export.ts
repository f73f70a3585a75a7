import type { HealthActivity } from '../time-entries/health-activity.js';
import { readHealthDate, type HealthDate } from './health-dates.js';
import { workoutName } from '../time-entries/workout-words.js';
import { distanceNote, energyNote } from './quantity-notes.js';

/** A workout as the app sends it. */
export interface SentWorkout {
  /** The app's own id; its first version has none. */
  workoutId: string | null;
  activity: HealthActivity;
}

/** One that cannot be: its place in the list, and why. */
export interface UnreadableWorkout {
  workout: number;
  reason: string;
}

export interface SentWorkouts {
  workouts: SentWorkout[];
  rejected: UnreadableWorkout[];
}

type Fields = Record<string, unknown>;

const MOST_DAYS = 31;
const LONGEST_ID = 100;

/**
 * What Health Auto Export sends: `data.workouts`, in its first and its second version, and `data.metrics` whose name tells of
 * workouts. Every other figure about a body is none of our business.
 * @returns `null` when it is something else altogether
 */
export function readHealthExport(payload: unknown): SentWorkouts | null {
  const data = fieldsOf(fieldsOf(payload)?.data);
  if (data === null) return null;
  const found = [...listOf(data.workouts).map(readWorkout), ...listOf(data.metrics).flatMap(readMetric)];
  return {
    workouts: found.filter((one) => typeof one !== 'string'),
    rejected: found.flatMap((one, index) => (typeof one === 'string' ? [{ workout: index + 1, reason: one }] : [])),
  };
}

function readWorkout(value: unknown): SentWorkout | string {
  const fields = fieldsOf(value);
  if (fields === null) return 'it is no object';
  const times = timesOf(fields.start, fields.end, fields.duration, 1);
  if (typeof times === 'string') return times;
  const facts = [energyNote(fields.activeEnergyBurned ?? fields.activeEnergy), distanceNote(fields.distance)];
  return {
    workoutId: idOf(fields.id),
    activity: { kind: 'workout', ...workoutName(textOf(fields.name)), ...times, timeZone: null, notes: joined(facts) },
  };
}

function readMetric(metric: unknown): (SentWorkout | string)[] {
  const fields = fieldsOf(metric);
  const isAboutWorkouts = textOf(fields?.name).toLowerCase().includes('workout');
  return isAboutWorkouts ? listOf(fields!.data).map(readPoint) : [];
}

function readPoint(value: unknown): SentWorkout | string {
  const fields = fieldsOf(value);
  if (fields === null) return 'it is no object';
  const times = timesOf(fields.date, fields.dateEnd, fields.duration, 60);
  if (typeof times === 'string') return times;
  const facts = [textOf(fields.sourceName).slice(0, 100), energyNote(fields.totalEnergyBurned)];
  return {
    workoutId: idOf(fields.id),
    activity: {
      kind: 'workout',
      ...workoutName(textOf(fields.workoutType)),
      ...times,
      timeZone: null,
      notes: joined(facts),
    },
  };
}

type Times = Pick<HealthActivity, 'startedAt' | 'endedAt' | 'offsetStartSeconds' | 'offsetEndSeconds'>;

/** Start and end say when it was; the duration, which leaves out pauses, counts only where there is no end. */
function timesOf(from: unknown, to: unknown, duration: unknown, secondsPerUnit: number): Times | string {
  const start = readHealthDate(from);
  if (start === null) return 'its start is no possible time';
  const end = to == null || to === '' ? after(start, duration, secondsPerUnit) : readHealthDate(to);
  if (end === null) return 'its end is no possible time';
  if (end.instant < start.instant) return 'it ends before it starts';
  if (end.instant.getTime() - start.instant.getTime() > MOST_DAYS * 86_400_000) {
    return `it is longer than ${MOST_DAYS} days`;
  }
  return {
    startedAt: start.instant,
    endedAt: end.instant,
    offsetStartSeconds: start.offsetSeconds,
    offsetEndSeconds: end.offsetSeconds,
  };
}

function after(start: HealthDate, duration: unknown, secondsPerUnit: number): HealthDate | null {
  if (typeof duration !== 'number' || !(duration >= 0) || duration > 1e7) return null;
  const seconds = Math.round(duration * secondsPerUnit);
  return { ...start, instant: new Date(start.instant.getTime() + seconds * 1000) };
}

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Anything stranger is none: then its times tell it apart. */
const idOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= LONGEST_ID && /^[\w.:-]+$/.test(value) ? value : null;

const joined = (facts: readonly (string | null)[]): string | null =>
  facts
    .filter((fact) => fact !== null && fact !== '')
    .join(' | ')
    .replaceAll(/\0|\p{Surrogate}/gu, '') || null;
