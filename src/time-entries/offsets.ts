import { IANAZone } from 'luxon';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { TimeEntry } from './time-entry.js';

type Offsets = Pick<TimeEntry, 'offsetStartSeconds' | 'offsetEndSeconds'>;

export const isKnownZone = (timeZone: string): boolean => IANAZone.create(timeZone).isValid;

/** Seconds east of UTC at that instant in that zone; 0 for a zone this machine does not know. */
export function offsetSeconds(instant: Date, timeZone: string): number {
  const zone = IANAZone.create(timeZone);
  return zone.isValid ? Math.round(zone.offset(instant.getTime()) * 60) : 0;
}

/**
 * Instants and zone say what the clock showed. Only an entry whose zone is unknown here, and which therefore stands in UTC,
 * keeps the offsets it was given.
 */
export function offsetsAfter(current: TimeEntry, wanted: TimeEntry): Offsets {
  const { startedAt, endedAt, timeZone } = wanted;
  const isGiven = timeZone === 'UTC' && current.timeZone === 'UTC' && wanted.offsetStartSeconds !== 0;
  if (isGiven) {
    const offsetEndSeconds = endedAt === null ? null : (wanted.offsetEndSeconds ?? wanted.offsetStartSeconds);
    return { offsetStartSeconds: wanted.offsetStartSeconds, offsetEndSeconds };
  }
  return {
    offsetStartSeconds: offsetSeconds(startedAt, timeZone),
    offsetEndSeconds: endedAt === null ? null : offsetSeconds(endedAt, timeZone),
  };
}

/** What a service says of the clock where it gives no zone that is known here. */
export function offsetsGiven(remote: RemoteEntry, current: TimeEntry): Partial<Offsets> {
  const { offsetStartSeconds, offsetEndSeconds = null, timeZone } = remote;
  if (current.version > 0 || offsetStartSeconds === undefined) return {};
  if (timeZone != null && isKnownZone(timeZone)) return {};
  return { offsetStartSeconds, offsetEndSeconds };
}
