import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readWorkbook, rowsOf } from '../support/report-world.js';
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
  /Clockify of Ana Button/,
  /Zoho Projects of Ana Button/,
  /Zoho Desk of Ana Button/,
  /“scanner” finds #\d+ The scanner jams/,
  /Prototype at clockify: synced\./,
  /Data move at zoho: synced\. Zoho keeps whole minutes/,
  /Scanner cleaned at zoho_desk: synced\./,
  /Design review, Planning, Call back: here\./,
  /Sprint planning: here without a sync, pushed 2 times, in once\./,
  /→ accepted, then duplicate\./,
  /Outdoor Run, Sport: hers alone/,
  /The first time: 1 new, 0 known\./,
  /The second time: 0 new, 1 known\./,
  /The day over all four services, the phone and the file/,
  /Outdoor Run +apple_health/,
  /Old archive +csv/,
  /Sprint planning +toggl/,
  /Prototype +clockify +Mobile app +synced/,
  /Planning +zoho +Migration +synced/,
  /Call back +zoho_desk +#\d+ Cannot log in +synced/,
  /Landing page +toggl +Website +synced/,
  /The timeline of \d{4}-\d\d-\d\d/,
  // All of them on one timeline, by where they begin.
  /\|#+\.*\| Outdoor Run/,
  /\|\.*#+\.*\| Old archive \(Archive\)/,
  /\|\.*#+\.*\| Sprint planning/,
  /\|\.*#+\.*\| Prototype \(Mobile app\)/,
  /What the services hold/,
  /Toggl Track +6 equal, 0 different, 0 only there, 0 only here/,
  /Clockify +2 equal, 0 different, 0 only there, 0 only here/,
  /Zoho Projects +2 equal, 0 different, 0 only there, 0 only here/,
  /Zoho Desk +2 equal, 0 different, 0 only there, 0 only here/,
  /its seals are intact/,
  /POST \/webhook\/clockify\/start\)\s+→ accepted/,
  /Clockify says so again .*\s+→ duplicate/,
  /Its start arrives afterwards .*\s+→ accepted/,
  /Support desk +EN OBSERVACION, changed 1×/,
  /Phone calls +APROBADO/,
  /Workshop +EN OBSERVACION/,
  /A mistake +removed/,
  /Sesión aprobada correctamente/,
  /weekly report sent \(test mode\): 2 people worked/,
  /Everybody's week is in demo-output\/week-of-\d{4}-\d\d-\d\d\.xlsx/,
  /They agree to the second: yes/,
];

/** In the mailbox, in whatever order the workers came to them. */
const MAILED = [
  'Clockify - Session started - Berta Bell',
  'Clockify - ERROR: Session already exists',
  'Clockify - Session created by its end (it did not exist) - Berta Bell',
  'Clockify - ALERT: Clockify session EDITED - Berta Bell',
  'Clockify - ALERT: Session entered by hand in Clockify - Berta Bell',
  'Clockify - Clockify session DELETED - Berta Bell',
  'Weekly report - Ana',
  'Weekly report - Berta Bell',
];

describe('npm run demo', () => {
  let folder: string;
  /** Where somebody stands who starts it. */
  let directory: string;

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-of-demo-'));
    fs.chmodSync(folder, 0o755);
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-demo-from-'));
  });

  afterAll(() => [folder, directory].forEach((each) => fs.rmSync(each, { recursive: true, force: true })));

  function start() {
    if (!fs.existsSync(DEMO)) throw new Error('dist is missing: run `npm run build` first');
    const child = spawn(process.execPath, [DEMO], {
      cwd: directory,
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
    }, 40_000);

  it(
    'tells a day within a minute, agrees with the four services to the second, and leaves nothing',
    { timeout: 300_000 },
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
      for (const subject of MAILED) expect(told.text).toContain(subject);
      const [workbook, ...others] = fs.readdirSync(path.join(directory, 'demo-output'));
      expect(others).toEqual([]);
      const book = await readWorkbook(
        fs.readFileSync(path.join(directory, 'demo-output', workbook!)) as unknown as ArrayBuffer,
      );
      const sessions = rowsOf(book.getWorksheet('Sessions')!).map(([description]) => description);
      expect(sessions).toEqual(expect.arrayContaining(['Landing page', 'Support desk', 'Workshop', 'TOTALS']));
      expect(sessions).not.toContain('A mistake');
      await expectNothingLeft();
    },
  );

  it('leaves nothing when somebody interrupts it either', { timeout: 300_000 }, async () => {
    const { child, told, ended } = start();
    await vi.waitFor(() => expect(told.text).toContain('Stand-up: synced'), 120_000);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await expectNothingLeft();
  });
});
