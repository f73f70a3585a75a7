import fs from 'node:fs';

/**
 * Milliseconds for which a process wanted a processor and got none. A promise about time is judged without them: how many
 * programs share the machine is none of ours. 0 where the machine does not tell.
 */
export function withheldMilliseconds(pid: number | 'self' = 'self'): number {
  try {
    const [, waitedNanoseconds] = fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNanoseconds) / 1e6;
  } catch {
    return 0;
  }
}

/** Started now; what it answers are the milliseconds since, without those that were withheld from this process. */
export function stopwatch(): () => number {
  const [began, withheld] = [performance.now(), withheldMilliseconds()];
  return () => performance.now() - began - (withheldMilliseconds() - withheld);
}
