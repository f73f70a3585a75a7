import type { HealthActivity } from '../time-entries/health-activity.js';
import * as words from '../time-entries/workout-words.js';

const TYPE = /^HKWorkoutActivityType/;
const LONGEST_NAME = 100;
/** NUL and halves of characters cannot be stored. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/** What is no sport of its own; everything else is. */
const CATEGORIES: readonly [RegExp, HealthActivity['category']][] = [
  [/\b(walk|walking|hike|hiking)\b/i, 'Walking'],
  [/\b(yoga|pilates|mind|mindfulness|flexibility|stretching)\b/i, 'Yoga'],
];

/** Types are said in words as in exports; what is a name already stays as it is. */
export function workoutName(text: string): Pick<HealthActivity, 'name' | 'category'> {
  const clean = text.replaceAll(UNSTORABLE, '').trim();
  if (TYPE.test(clean) || clean === '') return words.activityKind(clean);
  // Cutting may have halved a character.
  const name = clean.slice(0, LONGEST_NAME).replaceAll(UNSTORABLE, '');
  return { name, category: CATEGORIES.find(([named]) => named.test(name))?.[1] ?? 'Sport' };
}

/** @param quantity `{qty, units}`, or a bare number of kilocalories */
export const energyNote = (quantity: unknown): string | null => noteOf(quantity, words.energyNote);

/** @param quantity `{qty, units}` */
export const distanceNote = (quantity: unknown): string | null => noteOf(quantity, words.distanceNote);

function noteOf(quantity: unknown, say: (value: string, unit?: string) => string | null): string | null {
  const fields = typeof quantity === 'number' ? { qty: quantity } : quantity;
  if (typeof fields !== 'object' || fields === null || !('qty' in fields) || typeof fields.qty !== 'number')
    return null;
  const unit = 'units' in fields && typeof fields.units === 'string' ? fields.units : undefined;
  return say(String(fields.qty), unit);
}
