import * as words from '../time-entries/workout-words.js';

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
