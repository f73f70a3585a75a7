import type { CategoryRule } from './category-rule.js';

/** Apple's names of workouts, as their identifiers spell them. */
const APPLE_TYPES: readonly (readonly [category: string, types: readonly string[]])[] = [
  ['Walking', ['Walking', 'Hiking']],
  ['Yoga', ['Yoga', 'Pilates', 'MindAndBody', 'Flexibility']],
  [
    'Sport',
    [
      'Running',
      'Cycling',
      'Swimming',
      'FunctionalStrengthTraining',
      'TraditionalStrengthTraining',
      'HighIntensityIntervalTraining',
      'Dance',
      'CoreTraining',
      'MixedCardio',
    ],
  ],
];

/** What apps and exports call the same in other words. */
const OTHER_NAMES: Record<string, readonly string[]> = {
  Walking: ['walk', 'hike'],
  Yoga: ['mindful session', 'mindfulness', 'HKCategoryTypeIdentifierMindfulSession'],
  Sport: ['run', 'ride', 'swim'],
};

/** A workout of a kind nobody has listed. */
export const UNKNOWN_WORKOUT = 'Sport';

/** Rules for what a health app has recorded: by the name of the workout, or by its identifier. */
export const WORKOUT_RULES: readonly CategoryRule[] = APPLE_TYPES.map(([category, types]) => ({
  category,
  keywords: [...types.flatMap(namesOf), ...OTHER_NAMES[category]!],
}));

/** `FunctionalStrengthTraining` is also written *Functional Strength Training* and `HKWorkoutActivityType…`. */
function namesOf(type: string): string[] {
  const spaced = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return [...new Set([spaced, type, `HKWorkoutActivityType${type}`])];
}
