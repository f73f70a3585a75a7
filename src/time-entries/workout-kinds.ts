import { folded, hasWholeWords } from '../common/whole-words.js';

export type HealthCategory = 'Sport' | 'Walking' | 'Yoga';

/** What a health app can record, under all the names it goes by. */
export interface WorkoutKind {
  /** As Apple's identifiers spell it, without their prefix. */
  type: string;
  category: HealthCategory;
  names: readonly string[];
}

export const WORKOUT_PREFIX = 'HKWorkoutActivityType';

/** `FunctionalStrengthTraining` is also written *Functional Strength Training* and `HKWorkoutActivityType…`. */
function kind(category: HealthCategory, type: string, ...others: string[]): WorkoutKind {
  return { type, category, names: [...new Set([inWords(type), type, `${WORKOUT_PREFIX}${type}`, ...others])] };
}

export const inWords = (type: string): string => type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');

/** The one table of workouts: what is known of them by name. The first whose name is found is it. */
export const WORKOUT_KINDS: readonly WorkoutKind[] = [
  kind('Walking', 'Walking', 'walk'),
  kind('Walking', 'Hiking', 'hike'),
  kind('Yoga', 'Yoga'),
  kind('Yoga', 'Pilates'),
  kind('Yoga', 'MindAndBody'),
  kind('Yoga', 'Flexibility', 'stretching'),
  kind('Yoga', 'MindfulSession', 'mindfulness', 'HKCategoryTypeIdentifierMindfulSession'),
  kind('Sport', 'Running', 'run'),
  kind('Sport', 'Cycling', 'ride'),
  kind('Sport', 'Swimming', 'swim'),
  kind('Sport', 'FunctionalStrengthTraining'),
  kind('Sport', 'TraditionalStrengthTraining'),
  kind('Sport', 'HighIntensityIntervalTraining'),
  kind('Sport', 'Dance'),
  kind('Sport', 'CoreTraining'),
  kind('Sport', 'MixedCardio'),
];

/** A workout of a kind nobody has listed. */
export const UNKNOWN_WORKOUT: HealthCategory = 'Sport';

const BY_TYPE = new Map(WORKOUT_KINDS.map((one) => [one.type, one]));
const NAMED = WORKOUT_KINDS.flatMap((one) => one.names.map((name) => ({ name: folded(name), one })));

/** The kind of a workout by its name or identifier; `null` for what is not listed, or is said in another language. */
export function workoutKind(text: string): WorkoutKind | null {
  const bare = text.startsWith(WORKOUT_PREFIX) ? text.slice(WORKOUT_PREFIX.length) : text;
  const exact = BY_TYPE.get(bare);
  if (exact !== undefined) return exact;
  const inText = folded(text);
  return NAMED.find(({ name }) => hasWholeWords(inText, name))?.one ?? null;
}
