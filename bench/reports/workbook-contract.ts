import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';

/** What a process that writes a workbook is told, in `WORKBOOK_INPUT`. */
export interface WorkbookInput {
  databaseUrl: string;
  /** Whose sessions, all of them. */
  userId: number;
  file: string;
}

/** What it answers. */
export interface WorkbookFigures {
  seconds: number;
  peakMegabytes: number;
  /** The longest time in which nothing else got its turn. */
  blockedMilliseconds: number;
  /** How much of such a time was computed: the rest is other processes, where a machine is busy. */
  blockedCpuMilliseconds: number;
}

/** Times the writing of a file from the first byte to the last, and tells the parent process. */
export async function measureWriting(file: string, write: (output: Writable) => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const turns = watchTurns();
  const started = performance.now();
  const output = createWriteStream(file);
  const done = finished(output);
  await write(output);
  await done;
  const figures: WorkbookFigures = {
    seconds: (performance.now() - started) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    blockedMilliseconds: delay.max / 1e6,
    blockedCpuMilliseconds: turns.longest(),
  };
  process.send!(figures);
  process.disconnect();
}

export const workbookInput = (): WorkbookInput => JSON.parse(process.env.WORKBOOK_INPUT!) as WorkbookInput;

/** The most that the thread of the event loop has computed between two of its turns. */
function watchTurns() {
  let longest = 0;
  let before = threadMilliseconds();
  const timer = setInterval(() => {
    const now = threadMilliseconds();
    longest = Math.max(longest, now - before);
    before = now;
  }, 1);
  timer.unref();
  return { longest: () => longest };
}

function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
