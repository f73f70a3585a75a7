import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const VITEST = path.join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Where the machine may stand: at the middle, behind it, and ahead of it by more than half a day. */
export const MACHINE_ZONES = ['UTC', 'America/Bogota', 'Pacific/Auckland'] as const;

const ABOUT_TIME = /timeZone|time_zone|TIME_ZONE|(Europe|America|Asia|Australia|Pacific)\//;

/** The test files of some folders that have to do with time zones. */
export function filesAboutTime(folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true }).map((file) => `${folder}/${String(file)}`),
  );
  const specs = files.filter((file) => file.endsWith('.spec.ts') && !file.endsWith('.full.spec.ts'));
  return specs.filter((file) => ABOUT_TIME.test(readFileSync(path.join(ROOT, file), 'utf8'))).sort();
}

export interface Result {
  passed: string[];
  failed: string[];
  /** What the run said, unless all is well. */
  complaints: string;
}

interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

/** Runs test files on a machine that stands in a zone. */
export async function runUnder(zone: string, files: readonly string[], more: readonly string[] = []): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-zone-'));
  const file = path.join(folder, 'results.json');
  try {
    const { code, output } = await runVitest(zone, ['--reporter=json', `--outputFile.json=${file}`, ...more, ...files]);
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    const titled = (isPassed: boolean) =>
      all.filter(({ status }) => (status === 'passed') === isPassed).map(({ fullName }) => fullName);
    return { passed: titled(true).sort(), failed: titled(false), complaints: code === 0 ? '' : output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runVitest(zone: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const { TEST_POSTGRES_URL: _ours, VITEST: _too, ...rest } = process.env;
  const env = { ...rest, TZ: zone, TEST_SIZE: 'gate' };
  const child = spawn(process.execPath, [VITEST, 'run', ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
