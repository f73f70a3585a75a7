import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresOf } from '../support/child-app.js';

const DEMO = path.resolve(import.meta.dirname, '../../dist/scripts/demo/main.js');

/** In the order in which they are told. */
const TOLD = [
  /Ana connects her Toggl account/,
  /Stand-up: synced/,
  /Landing page: synced/,
  /→ Started \*Working\* at \d\d:\d\d/,
  /→ Ignored: this press was already counted\./,
  /→ Stopped \*Working\* after \d+ s/,
  /Working: synced/,
  /Running since \d\d:\d\d: Call with a client/,
  /→ Stopped \*Call with a client\* after 1 h 1\d min/,
  /Mail: synced. Looked for, found there, not sent again\./,
  /Toggl was sent it once and has it once\./,
  /Mail is now called Mail and tickets here, too\./,
  /The logs/,
  /The timeline of \d{4}-\d\d-\d\d/,
  /\|#+\.*\| Stand-up \(Internal\)/,
  /What Toggl holds/,
  /its seals are intact/,
  /They agree to the second: yes/,
];

describe('npm run demo', () => {
  let folder: string;

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-of-demo-'));
    fs.chmodSync(folder, 0o755);
  });

  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  function start() {
    if (!fs.existsSync(DEMO)) throw new Error('dist is missing: run `npm run build` first');
    const child = spawn(process.execPath, [DEMO], {
      env: { PATH: process.env.PATH, TMPDIR: folder, TZ: 'Europe/Madrid' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = { text: '' };
    child.stdout.on('data', (chunk) => (told.text += String(chunk)));
    child.stderr.on('data', (chunk) => (told.text += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, told, ended };
  }

  const expectNothingLeft = () =>
    vi.waitFor(() => {
      expect(postgresOf(folder)).toEqual([]);
      expect(fs.readdirSync(folder)).toEqual([]);
    }, 10_000);

  it(
    'tells a morning within a minute, agrees with Toggl to the second, and leaves nothing',
    { timeout: 70_000 },
    async () => {
      const began = performance.now();
      const { told, ended } = start();
      expect(await ended, told.text).toBe(0);
      expect(performance.now() - began).toBeLessThan(60_000);
      let from = 0;
      for (const line of TOLD) {
        const at = told.text.slice(from).search(line);
        expect(at, `${String(line)} is missing in\n${told.text}`).toBeGreaterThanOrEqual(0);
        from += at;
      }
      await expectNothingLeft();
    },
  );

  it('leaves nothing when somebody interrupts it either', { timeout: 70_000 }, async () => {
    const { child, told, ended } = start();
    await vi.waitFor(() => expect(told.text).toContain('Stand-up: synced'), 50_000);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await expectNothingLeft();
  });
});
