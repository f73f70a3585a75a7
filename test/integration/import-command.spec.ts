import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { healthDocument, MINDFUL, OLD_YOGA, RUN, workout } from '../support/health-export.js';
import { addPerson, type Person } from '../support/people.js';
import { zip } from '../support/zip.js';

const ENCRYPTION_KEYS = `k1:${randomBytes(32).toString('base64')}`;
const directory = mkdtempSync(path.join(os.tmpdir(), 'timesheet-import-'));

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await startTestApp({ env: { ENCRYPTION_KEYS } });
  ana = await addPerson(app, 'ana');
  await app.database.execute(`update users set time_zone = 'Europe/Madrid' where id = $1`, [ana.id]);
});

afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

const file = (name: string, content: Buffer | string = ''): string => {
  const full = path.join(directory, name);
  if (content.length > 0) writeFileSync(full, content);
  return full;
};

async function run(...argv: string[]) {
  const [out, complaints, progress]: [string[], string[], string[]] = [[], [], []];
  const terminal = {
    write: (text: string) => void out.push(text),
    complain: (text: string) => void complaints.push(text),
    showProgress: (line: string | null) => void (line !== null && progress.push(line)),
    isInteractive: false,
    askHidden: () => Promise.resolve(''),
  };
  const env = {
    NODE_ENV: 'test',
    DATABASE_URL: app.databaseUrl,
    DATA_DIR: path.join(directory, 'data'),
    ENCRYPTION_KEYS,
  };
  const code = await runCli(['import', ...argv], COMMANDS, { env, terminal });
  return { code, out: out.join('\n'), complaint: complaints.join('\n'), progress };
}

describe('npm run cli -- import apple_health', () => {
  it('reads the archive, and shows how far it is', async () => {
    const bad = workout('2026-05-30 09:00:00 +0200', '2026-05-29 09:10:00 +0200');
    const document = healthDocument(bad, RUN, MINDFUL, OLD_YOGA);
    const archive = file('export.zip', zip([{ name: 'apple_health_export/Export.xml', content: document }]));
    const { code, out, progress } = await run('apple_health', archive, '--user', 'ana');
    expect([code, out]).toEqual([0, '3 new, 0 known already, 1 left out.\nline 12: it ends before it starts']);
    expect(progress.at(-1)).toBe('[##############################] 100 %  3 new');
  });

  it('reads the folder it was unpacked to, and the bare document: the same time, known already', async () => {
    const folder = path.join(directory, 'unpacked', 'apple_health_export');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'exportación.xml'), healthDocument(RUN, MINDFUL));
    writeFileSync(path.join(folder, 'export_cda.xml'), `<ClinicalDocument>${'x'.repeat(9000)}</ClinicalDocument>`);
    const places = [path.dirname(folder), folder, path.join(folder, 'exportación.xml')];
    for (const place of places) {
      const { code, out } = await run('apple_health', place, '--user', 'ana');
      expect([code, out]).toEqual([0, '0 new, 2 known already, 0 left out.']);
    }
  });

  it.each([
    [
      'a file that is not there',
      ['apple_health', '/nowhere/export.zip', '--user', 'ana'],
      1,
      /cannot be read \(ENOENT\)/,
    ],
    ['a file of another kind', ['apple_health', file('a.txt', 'hello'), '--user', 'ana'], 1, /no Apple Health export/],
    ['nobody’s file', ['apple_health', file('a.txt')], 2, /--user/],
    ['an unknown user', ['apple_health', file('a.txt'), '--user', 'nobody'], 1, /no user "nobody"/],
    ['an unknown kind', ['apple_watch', file('a.txt'), '--user', 'ana'], 2, /must be one of apple_health/],
    ['health for an account', ['apple_health', file('a.txt'), '--user', 'ana', '--integration', '1'], 1, /not pushed/],
  ])('says what is wrong with %s', async (_name, argv, code, complaint) => {
    expect(await run(...argv)).toMatchObject({ code, complaint: expect.stringMatching(complaint) });
  });
});

/** A backup with the tables of the app; the first row is the typing error of its makers’ own sample. */
function backup(name: string, ...more: [string | null, string | null][]): string {
  const target = file(name);
  rmSync(target, { force: true });
  const database = new DatabaseSync(target);
  database.exec(`
    create table times (id integer primary key autoincrement, LoginTime datetime, LogoutTime datetime);
    create index times_login on times (LoginTime);
    create table settings (key text primary key, value text);
    create table daily_tags (date date primary key, note text, flags integer, halfDay boolean);
  `);
  const insert = database.prepare('insert into times (LoginTime, LogoutTime) values (?, ?)');
  const rows = [
    ['2016-01-01 08:16:00', '2012-01-01 12:16:00'],
    ['2016-01-01 13:20:00', '2016-01-01 17:20:00'],
    ...more,
  ] as const;
  for (const [login, logout] of rows) insert.run(login, logout);
  database.close();
  return target;
}

describe('npm run cli -- import timeorg', () => {
  const old = (): string =>
    backup('a.timeorg-backup', ['2016-07-02 08:10:00', '2016-07-03 09:10:00'], ['2016-07-04 08:00:00', null]);

  it('brings working time in by the clock of its owner, and names what cannot be', async () => {
    const { code, out } = await run('timeorg', old(), '--user', 'ana');
    expect([code, out.split('\n')]).toEqual([
      0,
      [
        '2 new, 0 known already, 2 left out.',
        'line 1: it ends before it starts: 2016-01-01 08:16:00 to 2012-01-01 12:16:00',
        'line 4: there is no LogoutTime: still logged in',
      ],
    ]);
    const rows = await app.database.query(
      `select started_at, ended_at, source, workspace_id, time_zone from time_entries where source = 'timeorg' order by started_at`,
    );
    const common = { source: 'timeorg', workspace_id: `user:${ana.id}`, time_zone: 'Europe/Madrid' };
    expect(rows).toEqual([
      { started_at: new Date('2016-01-01T12:20:00Z'), ended_at: new Date('2016-01-01T16:20:00Z'), ...common },
      { started_at: new Date('2016-07-02T06:10:00Z'), ended_at: new Date('2016-07-03T07:10:00Z'), ...common },
    ]);
  });

  it('brings in only what is new of a later backup', async () => {
    const later = backup(
      'b.timeorg-backup',
      ['2016-07-02 08:10:00', '2016-07-03 09:10:00'],
      ['2016-08-01 08:00:00', '2016-08-01 09:00:00'],
    );
    expect((await run('timeorg', later, '--user', 'ana')).out).toContain('1 new, 2 known already, 1 left out.');
  });

  it('writes Toggl’s import file with whole durations, beyond a day too', async () => {
    const target = file('toggl.csv');
    const flags = ['--email', 'ana@example.com', '--project', 'House, old', '--billable', 'N'];
    const { code, complaint } = await run('timeorg', old(), '--to-toggl-csv', target, ...flags);
    expect([code, complaint]).toEqual([
      0,
      'row 1: it ends before it starts: 2016-01-01 08:16:00 to 2012-01-01 12:16:00',
    ]);
    expect(readFileSync(target, 'utf8')).toBe(
      [
        'Email,Client,Project,Description,Start date,Start time,Duration,Tags,Billable',
        'ana@example.com,,"House, old",,2016-01-01,13:20:00,04:00:00,,N',
        'ana@example.com,,"House, old",,2016-07-02,08:10:00,25:00:00,,N',
        'ana@example.com,,"House, old",,2016-07-04,08:00:00,,,N',
        '',
      ].join('\r\n'),
    );
  });

  it('refuses a file that would compute what it holds', async () => {
    const target = file('view.timeorg-backup');
    const database = new DatabaseSync(target);
    database.exec(`create view times as with recursive n(id) as (select 1 union all select id + 1 from n)
      select id, '2016-01-01 08:00:00' as LoginTime, '2016-01-01 09:00:00' as LogoutTime from n`);
    database.close();
    expect(await run('timeorg', target, '--user', 'ana')).toMatchObject({
      code: 1,
      complaint: expect.stringContaining('is no TimeOrg backup: it has no table'),
    });
  });

  it.each([
    ['no SQLite file', () => file('no.db', 'hello'), /it is no SQLite file/],
    [
      'a damaged one',
      () => file('cut.db', Buffer.concat([readFileSync(old()).subarray(0, 4096), Buffer.alloc(4096, 0xff)])),
      /damaged|no TimeOrg backup/,
    ],
  ])('refuses %s', async (_name, make, complaint) => {
    expect(await run('timeorg', make(), '--user', 'ana')).toMatchObject({
      code: 1,
      complaint: expect.stringMatching(complaint),
    });
  });
});
