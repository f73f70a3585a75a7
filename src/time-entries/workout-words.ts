import type { HealthActivity } from './health-activity.js';
import { inWords, UNKNOWN_WORKOUT, WORKOUT_PREFIX, workoutKind } from './workout-kinds.js';

const LONGEST_NAME = 100;
/** NUL and halves of characters cannot be stored. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/** `HKWorkoutActivityTypeFunctionalStrengthTraining` is said in words; what is a name already stays as it is. */
export function workoutName(text = ''): Pick<HealthActivity, 'name' | 'category' | 'type'> {
  const clean = text.replaceAll(UNSTORABLE, '').trim();
  const isType = clean.startsWith(WORKOUT_PREFIX);
  const bare = (isType ? clean.slice(WORKOUT_PREFIX.length) : clean).slice(0, LONGEST_NAME);
  // Cutting may have halved a character.
  const name = (isType ? inWords(bare) : bare).replaceAll(UNSTORABLE, '');
  const kind = workoutKind(bare);
  return {
    name: name === '' ? 'Workout' : name,
    category: kind?.category ?? UNKNOWN_WORKOUT,
    type: kind?.type ?? null,
  };
}

const amount = (text: string | undefined): number | null => {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : null;
};

const MINUTES: Readonly<Record<string, number>> = { min: 1, s: 1 / 60, sec: 1 / 60, hr: 60, h: 60 };

/** Without the pauses, which lie between start and end as well. */
export function durationNote(value: string | undefined, unit = 'min'): string | null {
  const minutes = amount(value);
  return minutes === null || MINUTES[unit] === undefined ? null : `${(minutes * MINUTES[unit]).toFixed(1)} min active`;
}

const JOULES_PER_CALORIE = 4.184;

export function energyNote(value: string | undefined, unit = 'kcal'): string | null {
  const energy = amount(value);
  if (energy === null) return null;
  return `${Math.round(unit === 'kJ' ? energy / JOULES_PER_CALORIE : energy)} kcal`;
}

const KILOMETRES: Readonly<Record<string, number>> = { km: 1, m: 0.001, mi: 1.609344, yd: 0.0009144, ft: 0.0003048 };

export function distanceNote(value: string | undefined, unit = 'km'): string | null {
  const distance = amount(value);
  const factor = KILOMETRES[unit];
  return distance === null || factor === undefined ? null : `${(distance * factor).toFixed(2)} km`;
}
