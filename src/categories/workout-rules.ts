import { WORKOUT_KINDS } from '../time-entries/workout-kinds.js';
import type { CategoryRule } from './category-rule.js';

/** Rules for what a health app has recorded: by the name of the workout, or by its identifier. */
export const WORKOUT_RULES: readonly CategoryRule[] = [...Map.groupBy(WORKOUT_KINDS, ({ category }) => category)].map(
  ([category, kinds]) => ({ category, keywords: kinds.flatMap(({ names }) => names) }),
);
