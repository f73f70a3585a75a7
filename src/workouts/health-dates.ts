import { parseInstant } from '../common/instant.js';

export interface HealthDate {
  instant: Date;
  /** Seconds east of UTC that the phone's clock had. */
  offsetSeconds: number;
}

const DATE = /^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?(?: ?([AP])\.?M\.?)? ?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * `2026-05-30 18:00:00 +0200`; phones set to twelve hours write `2026-05-30 6:00:00 PM +0200`, with spaces of several kinds.
 * @returns `null` for what is no possible time
 */
export function readHealthDate(value: unknown): HealthDate | null {
  if (typeof value !== 'string' || value.length > 60) return null;
  const match = DATE.exec(value.trim().replaceAll(/\s+/g, ' '));
  if (match === null) return null;
  const [, day, hours, minutes, seconds, half, zone] = match;
  const hour = hourOf(Number(hours), half);
  if (hour === null) return null;
  const parsed = parseInstant(`${day}T${String(hour).padStart(2, '0')}:${minutes}:${seconds}${zone!.toUpperCase()}`);
  return parsed.ok ? { instant: parsed.instant, offsetSeconds: offsetOf(zone!) } : null;
}

function hourOf(hours: number, half: string | undefined): number | null {
  if (half === undefined) return hours;
  if (hours < 1 || hours > 12) return null;
  return (hours % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}

function offsetOf(zone: string): number {
  const digits = zone.replaceAll(/\D/g, '');
  const seconds = digits === '' ? 0 : Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return zone.startsWith('-') && seconds !== 0 ? -seconds : seconds;
}
