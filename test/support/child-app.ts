import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = path.resolve(import.meta.dirname, '../../dist/src/main.js');
const CLI = path.resolve(import.meta.dirname, '../../dist/src/cli/main.js');
const START_MILLISECONDS = 60_000;

export interface ChildApp {
  url: string;
  process: ChildProcess;
  /** From the start of the process to its first answer. */
  startMilliseconds: number;
  output(): string;
  /** False once the process has ended, by itself or by a signal. */
  isRunning(): boolean;
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null; milliseconds: number }>;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Only what is given: the variables of the machine must not decide a test. */
const environment = (env: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  // Decides nothing but how soon a process is there.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  HOST: '127.0.0.1',
  ...env,
});

function spawnApp(cwd: string, env: Record<string, string>, program: readonly string[] = [MAIN]) {
  if (!fs.existsSync(MAIN)) throw new Error('dist is missing: run `npm run build` first');
  const child = spawn(process.execPath, program, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  // A test run that is broken off must not leave servers behind.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  return { child, output, exited };
}

/** Starts the built app as a process of its own and waits until it answers. */
export async function startChildApp(cwd: string, env: Record<string, string>): Promise<ChildApp> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const { child, output, exited } = spawnApp(cwd, { PORT: String(port), ...env });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  for (;;) {
    const isLate = performance.now() - started > START_MILLISECONDS;
    if (isLate || !isRunning()) {
      child.kill('SIGKILL');
      const how = isLate ? 'did not answer' : `ended with ${child.exitCode ?? child.signalCode}`;
      throw new Error(`the app ${how}: ${output.stdout}${output.stderr}`);
    }
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok === true) break;
    await sleep(10);
  }
  return {
    url,
    process: child,
    startMilliseconds: performance.now() - started,
    output: () => output.stdout + output.stderr,
    isRunning,
    ended: exited,
    stop: async (signal) => {
      const stopped = performance.now();
      child.kill(signal);
      return { ...(await exited), milliseconds: performance.now() - stopped };
    },
  };
}

/** Runs the built app where it is expected to refuse to start. */
export async function runUntilEnd(cwd: string, env: Record<string, string>): Promise<Ended> {
  const { child, output, exited } = spawnApp(cwd, env);
  const patience = setTimeout(() => child.kill('SIGKILL'), START_MILLISECONDS);
  const { code } = await exited;
  clearTimeout(patience);
  return { code, ...output };
}

/** A command of the built command line, under way. */
export function startCli(cwd: string, env: Record<string, string>, ...words: string[]) {
  const { child, output, exited } = spawnApp(cwd, env, [CLI, ...words]);
  const ended = exited.then(({ code, signal }) => ({ code, signal, ...output }));
  return { process: child, output, ended };
}

/** Process ids of living PostgreSQL servers whose data lies in `dataDir` (wherever the launcher has put it). */
export function postgresOf(marker: string): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
      } catch {
        return false;
      }
    })
    .map(Number);
}
