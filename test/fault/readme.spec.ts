import { execFile, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, postgresOf, startChildApp, type ChildApp } from '../support/child-app.js';
import { blocksOf, commandsOf, contradictions, type ShownCommand } from '../support/readme.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = path.join(ROOT, 'README.md');
const scripts = (JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, object>)
  .scripts as Record<string, string>;

describe('the README, read by somebody who types every line of it', () => {
  let folder: string;
  let token = '';
  let app: ChildApp | undefined;
  let simulator: ChildProcess | undefined;
  let simulatorPort: number;
  let lastPress = 0;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-readme-'));
    fs.chmodSync(folder, 0o755);
    fs.mkdirSync(path.join(folder, 'data'), { mode: 0o755 });
    simulatorPort = await freePort();
    if (!hasCurl()) putStandInForCurl(folder);
  });

  afterAll(async () => {
    await app?.stop('SIGKILL');
    simulator?.kill('SIGKILL');
    await vi.waitFor(() => expect(postgresOf(folder)).toEqual([]), 40_000);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Every kind of line there is; a line of no kind fails. */
  const KINDS: { kind: RegExp; run: (line: string, shown: ShownCommand) => Promise<void> }[] = [
    { kind: /^(\w+=\S+ )*npm start$/, run: startApp },
    { kind: /^export TOKEN=\S+$/, run: takeToken },
    { kind: /^(\w+=\S+ )*npm run simulator:toggl$/, run: startSimulator },
    { kind: /^npm run cli -- /, run: runCli },
    { kind: /^curl /, run: call },
    // Each has a test of its own, the second one being all of them.
    { kind: /^npm run demo$/, run: () => assertScript('demo', 'dist/scripts/demo/main.js') },
    { kind: /^npm test$/, run: () => assertScript('test', 'scripts/test.mjs') },
  ];

  for (const shown of commandsOf(README)) {
    it(`types ${shown.command}`, { timeout: 300_000 }, async () => {
      const kind = KINDS.find((candidate) => candidate.kind.test(shown.command));
      expect(kind, 'a line this test does not know how to run').toBeDefined();
      await kind!.run(shown.command, shown);
    });
  }

  async function startApp(line: string): Promise<void> {
    await assertScript('start', 'dist/src/main.js');
    const isFirst = app === undefined;
    await app?.stop('SIGTERM');
    app = await startChildApp(folder, { DATA_DIR: path.join(folder, 'data'), ...assignmentsOf(line) });
    await vi.waitFor(() => expect(app!.output()).toContain('Timesheet listens on'), 40_000);
    if (isFirst) expectToShow(app.output(), blocksOf(README, 'text')[0]!);
  }

  async function takeToken(): Promise<void> {
    token = /API token +(\S+)/.exec(app!.output())![1]!;
    await Promise.resolve();
  }

  async function startSimulator(line: string): Promise<void> {
    await assertScript('simulator:toggl', 'dist/simulators/toggl/main.js');
    const env = { PATH: process.env.PATH, PORT: String(simulatorPort), ...assignmentsOf(line) };
    simulator = spawn(process.execPath, [path.join(ROOT, 'dist/simulators/toggl/main.js')], { env, stdio: 'pipe' });
    let output = '';
    simulator.stdout!.on('data', (chunk) => (output += String(chunk)));
    await vi.waitFor(() => expect(output).toContain(`TOGGL_BASE_URL=http://127.0.0.1:${simulatorPort}`), 40_000);
  }

  async function runCli(line: string): Promise<void> {
    await assertScript('cli', 'dist/src/cli/main.js');
    const program = `"${process.execPath}" "${path.join(ROOT, 'dist/src/cli/main.js')}"`;
    const { code, stderr } = await bash(line.replace('npm run cli --', program));
    expect(code, stderr).toBe(0);
  }

  async function call(line: string, { answer }: ShownCommand): Promise<void> {
    if (line.includes('/flic/')) {
      await sleep(Math.max(0, lastPress + 2000 - performance.now()));
      lastPress = performance.now();
    }
    const { code, stdout, stderr } = await bash(line.replace(/^curl /, 'curl -sS '));
    expect(code, stderr).toBe(0);
    const real = JSON.parse(stdout) as Record<string, unknown>;
    expect(real, 'an error instead of an answer').not.toHaveProperty('statusCode');
    if (answer !== undefined) expect(contradictions(answer, real)).toEqual([]);
  }

  function bash(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const command = withPorts(line);
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      DATA_DIR: path.join(folder, 'data'),
      TOKEN: token,
      NODE_NO_WARNINGS: '1',
    };
    return new Promise((resolve) => {
      execFile('bash', ['--norc', '-c', command], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
  }

  const withPorts = (text: string): string =>
    text
      .replaceAll('localhost:3000', new URL(app?.url ?? 'http://localhost:3000').host)
      .replaceAll('127.0.0.1:4101', `127.0.0.1:${simulatorPort}`);

  function assignmentsOf(line: string): Record<string, string> {
    const pairs = [...withPorts(line).matchAll(/(\w+)=(\S+) /g)];
    return Object.fromEntries(pairs.map(([, name, value]) => [name!, value!]));
  }
});

/** The page leaves the secrets out and says how long they are; the port and the folder are its own. */
function expectToShow(output: string, shown: string): void {
  for (const line of shown.split('\n').filter((text) => text.trim() !== '')) {
    const pattern = escaped(line.replace(/ \S*secrets\.json$/, ''))
      .replaceAll('3000', String.raw`\d+`)
      .replace(/\\\((\d+) characters\\\)/, String.raw`\S{$1}`);
    expect(output).toMatch(new RegExp(pattern));
  }
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** What `npm run <name>` would start is what this test starts, without the installing and building before it. */
function assertScript(name: string, program: string): Promise<void> {
  expect(scripts[name]).toContain(`sh scripts/node ${program}`);
  return Promise.resolve();
}

const hasCurl = (): boolean =>
  (process.env.PATH ?? '').split(':').some((directory) => fs.existsSync(path.join(directory, 'curl')));

function putStandInForCurl(folder: string): void {
  const program = path.join(ROOT, 'test/support/curl-stand-in.ts');
  fs.writeFileSync(path.join(folder, 'curl'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
}
