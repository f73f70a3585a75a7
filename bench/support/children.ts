import { fork, spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_MILLISECONDS = 30_000;
const STOP_MILLISECONDS = 5_000;

/** The path of a built script beside the module that asks. */
export const scriptBeside = (moduleUrl: string, name: string): string => fileURLToPath(new URL(name, moduleUrl));

export interface ServerOptions {
  script: string;
  env: Record<string, string>;
  /** For Node itself. */
  flags?: readonly string[];
  /** Receives what the server writes, as a log file would in production. */
  logFile: string;
}

export interface Served {
  port: number;
  pid: number;
}

/** The processes of a run. None outlives it. */
export class Children {
  private readonly running = new Set<ChildProcess>();

  /** @param profileFolder where servers leave CPU profiles when they end */
  constructor(private readonly profileFolder?: string) {
    process.on('exit', () => {
      for (const child of this.running) child.kill('SIGKILL');
    });
  }

  fork(script: string, env: Record<string, string> = {}): ChildProcess {
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    return this.keep(fork(script, { stdio: [...stdio], env: { ...process.env, ...env } }));
  }

  /**
   * Starts a server on a free loopback port, given as `PORT`.
   * @returns once it answers
   */
  async serve({ script, env, flags = [], logFile }: ServerOptions): Promise<Served> {
    const port = await freePort();
    const log = openSync(logFile, 'a');
    const child = this.keep(
      spawn(process.execPath, [...flags, ...this.profiling(), script], {
        // Only what is given: the variables of the machine must not decide a figure.
        env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), ...env },
        stdio: ['ignore', log, log],
      }),
    );
    const deadline = performance.now() + START_MILLISECONDS;
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}, see ${logFile}`);
      if (performance.now() > deadline) throw new Error(`${script} did not start, see ${logFile}`);
      await sleep(20);
    }
    return { port, pid: child.pid! };
  }

  async stopAll(): Promise<void> {
    const ended = [...this.running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.running) child.kill('SIGTERM');
    await Promise.race([Promise.all(ended), sleep(STOP_MILLISECONDS, undefined, { ref: false })]);
    for (const child of this.running) child.kill('SIGKILL');
  }

  private profiling(): string[] {
    return this.profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${this.profileFolder}`];
  }

  private keep(child: ChildProcess): ChildProcess {
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    (answer) => answer.ok,
    () => false,
  );

export async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
