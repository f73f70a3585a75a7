import { readFileSync } from 'node:fs';

const EVERY_MILLISECONDS = 20;

/** Megabytes of memory a process holds at this moment. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** The most memory a process held while `work` ran, in megabytes. */
export async function peakMegabytes<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = residentMegabytes(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(pid))), EVERY_MILLISECONDS);
  try {
    const result = await work();
    return { result, peak: Math.max(peak, residentMegabytes(pid)) };
  } finally {
    clearInterval(timer);
  }
}
