import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { TwoSides } from '../support/reconciliation.js';
import { TogglApp, type Tracker } from '../support/toggl.js';

const ENCRYPTION_KEYS = `k1:${randomBytes(32).toString('base64')}`;

let world: TogglApp;
let sides: TwoSides;
let ana: Tracker;
let people = 0;

beforeAll(async () => {
  world = await TogglApp.start({ env: { ENCRYPTION_KEYS } });
});

afterAll(() => world.close());

beforeEach(async () => {
  ana = await world.addTracker(`ana${++people}`);
  sides = new TwoSides(world, ana);
});

afterEach(() => world.toggl.faults.clear());

describe('npm run cli -- reconcile', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'timesheet-reconcile-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function run(line: string): Promise<{ code: number; out: string; complaint: string }> {
    const [out, complaints]: [string[], string[]] = [[], []];
    const terminal = {
      write: (text: string) => void out.push(text),
      complain: (text: string) => void complaints.push(text),
      isInteractive: false,
      askHidden: () => Promise.resolve(''),
    };
    const env = {
      NODE_ENV: 'test',
      DATABASE_URL: world.app.databaseUrl,
      DATA_DIR: directory,
      ENCRYPTION_KEYS,
      TOGGL_BASE_URL: world.toggl.url,
      TEST_CONTROL: '{"retryScale":0.002}',
    };
    const code = await runCli(line.split(' '), COMMANDS, { env, terminal });
    return { code, out: out.join('\n'), complaint: complaints.join('\n') };
  }
  const command = (more = '') =>
    `reconcile ${ana.username} --integration ${ana.integrationId} --from 2026-03-02 --to 2026-03-02${more}`;

  it('prints what differs and fails, with the workbook where it was asked for', async () => {
    await sides.disagree();
    const file = path.join(directory, 'list.xlsx');
    const { code, out, complaint } = await run(command(` --xlsx ${file}`));
    expect([code, complaint]).toEqual([1, '6 entries differ.']);
    expect(out).toContain('Toggl Track: 1 matched, 1 different, 1 only there, 3 only here, 1 locked.');
    expect(out).toContain('2026-03-02T07:00:00.000Z  only here   refused  failed  ');
    expect(out).not.toContain('  equal');
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(file);
    expect(workbook.getWorksheet('Rows')!.rowCount).toBe(8);
  });

  it('ends well when nothing differs, and counts whole days of the user’s zone', async () => {
    await world.app.database.execute(`update users set time_zone = 'Europe/Madrid' where id = $1`, [ana.id]);
    for (const [task, start] of [
      ['the day before', '2026-03-01T22:30:00Z'],
      ['first', '2026-03-01T23:00:00Z'],
      ['last', '2026-03-02T22:59:59Z'],
      ['the day after', '2026-03-02T23:00:00Z'],
    ] as const) {
      const stop = new Date(Date.parse(start) + 60_000);
      world.toggl.startInApp({ user: ana.toggl, description: task, start: new Date(start), stop });
    }
    await sides.sync();
    const { code, out, complaint } = await run(command());
    expect([code, complaint]).toEqual([0, '']);
    expect(out).toContain(': 2 matched, 0 different');
    expect(out).toContain('0:02:00 there, 0:02:00 here.');
  });

  it('fails, too, when the service cannot show days as old as these', async () => {
    const { code, complaint } = await run(command().replace('2026-03-02', '2025-09-01'));
    expect([code, complaint]).toEqual([1, 'What starts before could not be compared.']);
  });

  it.each([
    ['reconcile nobody --integration 1 --from 2026-03-02 --to 2026-03-02', 1, 'There is no user "nobody".'],
    ['reconcile ana1 --integration x --from 2026-03-02 --to 2026-03-02', 2, '--integration'],
    ['reconcile ana1 --integration 1 --from 2026-02-30 --to 2026-03-02', 2, '--from must be a day'],
    ['reconcile ana1 --integration 1 --from 2026-03-02', 2, '--to must be a day'],
    ['reconcile ana1 --integration 999999 --from 2026-03-02 --to 2026-03-02', 1, 'There is no such integration.'],
    ['reconcile ana1 --integration 1 --from 2026-03-02 --to 2026-02-01', 1, 'from must lie before to.'],
  ])('explains what is wrong with %j', async (line, expected, problem) => {
    const { code, out, complaint } = await run(line);
    expect([code, out]).toEqual([expected, '']);
    expect(complaint).toContain(problem);
  });
});
