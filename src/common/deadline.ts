import { setTimeout as sleep } from 'node:timers/promises';

/** The result of `work`, or `undefined` when it takes longer; the work itself goes on. */
export async function withinMilliseconds<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const patience = new AbortController();
  const timeout = sleep(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    patience.abort();
  }
}
