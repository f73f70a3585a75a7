import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { makeBackup } from '../../src/backup/make-backup.js';
import { restoreBackup } from '../../src/backup/restore-backup.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { Secret } from '../../src/common/secret.js';
import { KeyRing } from '../../src/config/key-ring.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { contentOf, dropDatabase, emptyDatabase, rowsAt, tablesOf } from '../support/backups.js';
import { cloneDatabase, type TestDatabase } from '../support/postgres.js';

const KEYS = `k1:${randomBytes(32).toString('base64')}`;
const silent = () => undefined;

describe('backup and restore', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-backups-'));
  const ring = new KeyRing(new Secret(KEYS));
  let database: TestDatabase;
  let target: string;
  let count = 0;

  beforeAll(async () => (database = await cloneDatabase()));
  beforeEach(async () => (target = await emptyDatabase()));
  afterEach(() => dropDatabase(target));
  afterAll(async () => {
    await database.drop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const freshFile = () => path.join(folder, `${(count += 1)}.gz`);
  const restore = (file: string, isMove = true) =>
    restoreBackup({ url: target, file, ring, isForced: false, isMove, mailsSince: null, told: silent });

  const run = async (line: string, env: NodeJS.ProcessEnv = {}) => {
    const [out, complaints]: [string[], string[]] = [[], []];
    const terminal = {
      write: (text: string) => void out.push(text),
      complain: (text: string) => void complaints.push(text),
      isInteractive: false,
      askHidden: () => Promise.resolve(''),
    };
    const given = { NODE_ENV: 'test', DATA_DIR: folder, DATABASE_URL: database.url, ENCRYPTION_KEYS: KEYS, ...env };
    const code = await runCli(line.split(' '), COMMANDS, { env: given, terminal });
    return { code, out: out.join('\n'), complaint: complaints.join('\n') };
  };

  it('brings what an older build has written up to this one', async () => {
    const older = await emptyDatabase();
    const source = new DataSource({
      ...dataSourceOptions({ url: older, poolSize: 1 }),
      migrations: MIGRATIONS.slice(0, 6),
    });
    await source.initialize();
    await source.runMigrations({ transaction: 'all' });
    await source.query(`insert into users (name) values ('Ana')`);
    await source.query(
      `insert into mail_outbox (effect_key, message_id, kind, locale, subject, html, text)
       values ('one', '<one@example.com>', 'test', 'en', 'Hello', '<p>', 'Good morning')`,
    );
    await source.destroy();
    const { file } = await makeBackup(older, freshFile(), ring, silent);
    await restore(file);
    expect(await rowsAt(target, 'select name, is_notified from users')).toEqual([{ name: 'Ana', is_notified: true }]);
    expect(await rowsAt(target, `select content ->> 'paragraphs' as text from mail_outbox`)).toEqual([
      { text: '["Good morning"]' },
    ]);
    const applied = await rowsAt<{ name: string }>(target, 'select name from migrations order by id');
    expect(applied.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
    await dropDatabase(older);
  });

  it('keeps every byte of what is larger than any buffer on the way', async () => {
    await rowsAt(
      database.url,
      `insert into deliveries (provider, event, dedup_key, raw, state)
       select 'clockify', 'start', decode(md5(n::text), 'hex'), decode(repeat(md5(n::text), 20000), 'hex'), 'ignored'
       from generate_series(1, 60) n`,
    );
    const { file, rows } = await makeBackup(database.url, freshFile(), ring, silent);
    expect(rows).toBe(60 + 20);
    await restore(file);
    expect(await contentOf(target)).toEqual(await contentOf(database.url));
  });

  it('takes back everything when it fails half-way', async () => {
    await rowsAt(database.url, `insert into users (name) values ('Ana')`);
    const { file } = await makeBackup(database.url, freshFile(), ring, silent);
    await rowsAt(
      target,
      `create function refuse() returns event_trigger language plpgsql as
      $$ begin if tg_tag = 'ALTER TABLE' then raise exception 'no room'; end if; end $$`,
    );
    await rowsAt(target, `create event trigger refuse on ddl_command_end execute function refuse()`);
    await expect(restore(file)).rejects.toThrow('no room');
    expect(await tablesOf(target)).toBe(0);
  });

  it('of a newer build is refused', async () => {
    const newer = await cloneDatabase();
    await rowsAt(newer.url, `insert into migrations (timestamp, name) values (1799999999999, 'Later1799999999999')`);
    const { file } = await makeBackup(newer.url, freshFile(), ring, silent);
    await expect(restore(file)).rejects.toThrow('does not know Later1799999999999');
    expect(await tablesOf(target)).toBe(0);
    await newer.drop();
  });

  it('never replaces a file, and leaves none behind when it fails', async () => {
    const file = freshFile();
    await makeBackup(database.url, file, ring, silent);
    await expect(makeBackup(database.url, file, ring, silent)).rejects.toThrow('is there already');
    const before = fs.readdirSync(folder);
    await expect(makeBackup(database.url, path.join(folder, 'no-such-folder', 'x.gz'), ring, silent)).rejects.toThrow(
      'ENOENT',
    );
    expect(fs.readdirSync(folder)).toEqual(before);
  });

  it.each([
    ['backup', 'Expected <file>.'],
    ['backup a b', 'Expected <file>.'],
    ['backup a --force', '--force'],
    ['restore', 'Expected <file>.'],
    ['restore a --mails-since yesterday', '--mails-since must be an instant'],
    ['restore a --moved --mails-since 2026-07-20T00:00:00Z', '--moved sends all mails'],
    ['after-restore now', 'Expected no arguments.'],
  ])('answers %j with the usage', async (line, problem) => {
    const { code, out, complaint } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(complaint).toContain(problem);
  });

  it.each([
    [() => path.join(folder, 'nowhere.gz'), 'It cannot be read (ENOENT)'],
    [() => folder, 'It cannot be read (EISDIR)'],
  ])('says which file cannot be read, and why', async (file, reason) => {
    const { code, complaint } = await run(`restore ${file()}`, { DATABASE_URL: target });
    expect([code, complaint]).toEqual([1, expect.stringContaining(reason) as string]);
    expect(complaint).not.toContain('\n');
  });

  it('has nothing to say about a database without tables', async () => {
    const { code, complaint } = await run(`backup ${freshFile()}`, { DATABASE_URL: target });
    expect([code, complaint]).toEqual([1, 'There is nothing to back up: the database has no tables.']);
  });

  it('still sends the mails it is told to, and sets the earlier ones aside', async () => {
    const mail = (key: string, at: string) =>
      rowsAt(
        database.url,
        `insert into mail_outbox (effect_key, message_id, kind, locale, subject, content, created_at)
         values ('${key}', '<${key}@x>', 'test', 'en', 's', '{}', '${at}')`,
      );
    await mail('earlier', '2026-07-20T08:59:59Z');
    await mail('later', '2026-07-20T09:00:00Z');
    const { file } = await makeBackup(database.url, freshFile(), ring, silent);
    const { code, out } = await run(`restore ${file} --mails-since 2026-07-20T09:00:00Z`, { DATABASE_URL: target });
    expect([code, out]).toEqual([0, expect.stringContaining('1 mails that waited are set aside') as string]);
    expect(await rowsAt(target, 'select effect_key, state from mail_outbox order by 1')).toEqual([
      { effect_key: 'earlier', state: 'failed' },
      { effect_key: 'later', state: 'pending' },
    ]);
    // What pg_restore has set back is settled in the same way.
    await rowsAt(target, `update mail_outbox set state = 'sending' where effect_key = 'later'`);
    const settled = await run('after-restore', { DATABASE_URL: target });
    expect([settled.code, settled.complaint]).toEqual([0, '']);
    expect(await rowsAt(target, `select distinct state from mail_outbox`)).toEqual([{ state: 'failed' }]);
  });
});
