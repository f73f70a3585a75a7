import type { EnvReader } from './env-reader.js';

/** Switches for the app under test as a child process. They exist only with `NODE_ENV=test`. */
export interface TestControl {
  /** Added to every reading of the clock. */
  clockOffsetMilliseconds?: number;
  /** From that instant on, in milliseconds, the clock runs so many times faster: days pass in minutes. */
  clockFasterSince?: { at: number; speed: number };
  /** Length of a claim's lease; 60 s outside tests. */
  leaseSeconds?: number;
  /** Names of code points at which the process kills itself, see `common/failpoint.ts`. */
  failpoints?: string[];
  /** How long a call to a service may take; 15 s outside tests. */
  callTimeoutMilliseconds?: number;
  /** No scheduled jobs: a test runs those it is about. */
  withoutJobs?: boolean;
  /** Multiplies waits before a retry, so that days of backoff pass in seconds. */
  retryScale?: number;
}

function isSpeedUp(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { at, speed } = value as Record<string, unknown>;
  return Number.isFinite(at) && typeof speed === 'number' && speed >= 1;
}

const SHAPE: Record<keyof TestControl, (value: unknown) => boolean> = {
  clockOffsetMilliseconds: Number.isFinite,
  clockFasterSince: isSpeedUp,
  leaseSeconds: (value) => typeof value === 'number' && value > 0,
  failpoints: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  withoutJobs: (value) => typeof value === 'boolean',
  callTimeoutMilliseconds: (value) => typeof value === 'number' && value > 0,
  retryScale: (value) => typeof value === 'number' && value >= 0,
};

/** Reads `TEST_CONTROL` (a JSON object); refused where it has no place. */
export function readTestControl(reader: EnvReader, nodeEnv: string): TestControl {
  const text = reader.text('TEST_CONTROL');
  if (text === undefined) return {};
  if (nodeEnv !== 'test') {
    reader.fail('TEST_CONTROL', 'exists only with NODE_ENV=test');
    return {};
  }
  const parsed = parseObject(text);
  const isUsable =
    parsed !== undefined && Object.entries(parsed).every(([key, value]) => SHAPE[key as keyof TestControl]?.(value));
  if (isUsable) return parsed;
  reader.fail('TEST_CONTROL', `must be a JSON object of ${Object.keys(SHAPE).join(', ')}`);
  return {};
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
