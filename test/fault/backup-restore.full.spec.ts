import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { sha256 } from '../../src/common/hashing.js';
import type { ApiClient } from '../support/api-client.js';
import { contentOf, dropDatabase, emptyDatabase, rowsAt, tablesOf } from '../support/backups.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually } from '../support/oracle.js';

const START = Math.floor(Date.now() / 1000) - 2 * 86_400;

interface Log {
  id: number;
  task: string;
}

describe('a backup', () => {
  let world: FaultWorld;
  let ana: ApiClient;
  let integration: number;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-backup-'));
  const file = path.join(folder, 'one.backup.gz');
  const targets: string[] = [];

  const target = async () => {
    targets.push(await emptyDatabase());
    return targets.at(-1)!;
  };
  /** Within this process, which is quicker than one of its own. */
  const cli = async (words: string[], url: string, extra: Record<string, string> = {}) => {
    const output = { stdout: '', stderr: '' };
    const terminal = {
      write: (line: string) => void (output.stdout += `${line}\n`),
      complain: (line: string) => void (output.stderr += `${line}\n`),
      isInteractive: false,
      askHidden: () => Promise.resolve(''),
    };
    const code = await runCli(words, COMMANDS, { env: world.env({ DATABASE_URL: url, ...extra }), terminal });
    return { code, ...output };
  };
  const restore = (from: string, url: string, options: string[] = [], extra: Record<string, string> = {}) =>
    cli(['restore', from, ...options], url, extra);

  const write = (index: number, changes: object = {}) =>
    ana.expect<Log>(201, 'POST', '/v1/resources/logs', {
      task: `Log ${index}`,
      start: START + index * 60,
      end: START + index * 60 + 30,
      ...changes,
    });

  /** Whatever could be lost on the way: bytes, line ends, what COPY itself writes, and no value at all. */
  async function writeOddities(): Promise<void> {
    for (const [index, task] of ['\\.', 'a\tb\nc\\d\r', '\u202E😀\u0301', '\\N', ''].entries()) {
      await write(index, { task, notes: `${task}\n\\.\n`, tags: ['a,b', '"c"', '{}', 'NULL'] });
    }
    await world.query(
      `insert into deliveries (provider, event, dedup_key, raw, state, result)
       select 'clockify', 'start', decode(md5(n::text), 'hex'), decode(repeat(lpad(to_hex(n % 256), 2, '0'), 3000), 'hex'),
         'ignored', '{"a": "\\\\n"}' from generate_series(1, 500) n`,
    );
    await world.query(
      `insert into mail_attachments (file_name, content_type, content) values ('x', 'y', '\\x000a0d5c2e0a')`,
    );
    await world.query(`select setval('ledger_order', 4711)`);
  }

  beforeAll(async () => {
    world = await FaultWorld.create();
    await world.start();
    ana = await world.addUser('ana');
    integration = await world.connectToggl(ana);
    await writeOddities();
    await write(100, { integration_id: integration });
    const open = `select count(*)::int from pushes where state <> 'done'`;
    await eventually('it is pushed', 10, async () => (await world.value<number>(open)) === 0);
    await world.apps.at(-1)!.stop('SIGTERM');
    const made = await cli(['backup', file], world.testDatabase.url);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/^\d+ rows of \d+ tables, as of \S+Z: /);
    expect(made.stdout).toContain('are NOT in it');
  });

  afterAll(async () => {
    await world.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const url of targets.splice(0)) await dropDatabase(url);
  });

  it('is for the eyes of its owner, and shows no credential and no key', () => {
    expect((fs.statSync(file).mode & 0o777).toString(8)).toBe('600');
    const text = gunzipSync(fs.readFileSync(file)).toString('latin1');
    for (const secret of world.canaries) expect(text).not.toContain(secret);
  });

  it('of a stopped app, moved elsewhere, is the same to the last row and sequence', async () => {
    const url = await target();
    const restored = await restore(file, url, ['--moved']);
    expect(restored.code, restored.stderr).toBe(0);
    expect(await contentOf(url)).toEqual(await contentOf(world.testDatabase.url));
    const verified = await cli(['verify-binnacle'], url);
    expect(verified.stdout).toContain('The binnacle is intact.');
    // Rows of the copy get numbers of their own.
    await world.start({}, { DATABASE_URL: url });
    expect((await write(200)).id).toBeGreaterThan(1);
    await world.apps.at(-1)!.stop('SIGTERM');
  }, 300_000);

  const MANIPULATIONS: [string, (whole: Buffer) => Buffer, string][] = [
    ['was cut in half', (whole) => whole.subarray(0, whole.length / 2), 'cut off'],
    ['lost its last byte', (whole) => whole.subarray(0, -1), 'cut off'],
    ['is empty', () => Buffer.alloc(0), 'cut off'],
    ['has a flipped bit', (whole) => flipped(whole, whole.length / 2), 'damaged'],
    ['has more at its end', (whole) => Buffer.concat([whole, gzipSync('more\n')]), 'goes on after its end'],
    ['has another word in a row', (whole) => rewritten(whole, (text) => text.replace('Log 100', 'Log 101')), 'damaged'],
    ['lost a row', (whole) => rewritten(whole, (text) => text.replace(/\n[^\n]*Log 100[^\n]*/, '')), 'damaged'],
    ['has another first line', (whole) => rewritten(whole, (text) => text.replace('"k1"', '"k2"')), 'first line'],
    ['was changed with its checksums', forged, 'somebody has changed it'],
    ['is no gzip', () => Buffer.from('{"format":"timesheet-backup/1"}\n'), 'no backup of Timesheet'],
    ['is a gzip of something else', () => gzipSync('-- PostgreSQL database dump\n'), 'no backup of Timesheet'],
    [
      'is of a newer format',
      (whole) => rewritten(whole, (text) => text.replace('backup/1', 'backup/2')),
      'newer build',
    ],
  ];

  it.each(MANIPULATIONS)('that %s is refused before anything is touched', async (_how, manipulate, reason) => {
    const bad = path.join(folder, 'bad.gz');
    fs.writeFileSync(bad, manipulate(fs.readFileSync(file)));
    const url = await target();
    const { code, stdout, stderr } = await restore(bad, url);
    expect([code, stdout, await tablesOf(url)]).toEqual([1, '', 0]);
    expect(stderr).toContain('nothing was changed');
    expect(stderr).toContain(reason);
  });

  it('is not restored with other keys than those it was made with, unless that is said', async () => {
    const url = await target();
    for (const ENCRYPTION_KEYS of [`k1:${world.keys.k2}`, `k2:${world.keys.k2}`]) {
      const refused = await restore(file, url, [], { ENCRYPTION_KEYS });
      expect([refused.code, await tablesOf(url)]).toEqual([1, 0]);
      expect(refused.stderr).toContain('Put that key back first');
    }
    const rotated = await restore(file, url, ['--without-keys'], { ENCRYPTION_KEYS: `k2:${world.keys.k2}` });
    expect(rotated.code, rotated.stderr).toBe(0);
  });

  it('is not put over rows; with --force a new database takes the place of the old one, which is kept', async () => {
    const url = await target();
    expect((await restore(file, url, ['--moved'])).code).toBe(0);
    await rowsAt(url, `update users set name = 'Changed since' where username = 'ana'`);
    const refused = await restore(file, url);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is not empty') as string]);
    const forced = await restore(file, url, ['--force', '--moved']);
    expect(forced.code, forced.stderr).toBe(0);
    expect(await contentOf(url)).toEqual(await contentOf(world.testDatabase.url));
    const former = /is the database "(\w+)"/.exec(forced.stdout)![1]!;
    const formerUrl = Object.assign(new URL(url), { pathname: `/${former}` }).href;
    targets.push(formerUrl);
    expect(await rowsAt(formerUrl, `select name from users where username = 'ana'`)).toEqual([
      { name: 'Changed since' },
    ]);
  });

  it('is not restored while an app uses the database', async () => {
    const url = await target();
    await world.start({}, { DATABASE_URL: url });
    const before = await contentOf(url);
    for (const options of [[], ['--force']]) {
      const refused = await restore(file, url, options);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('in use') as string]);
    }
    const settled = await cli(['after-restore'], url);
    expect([settled.code, settled.stderr]).toEqual([1, expect.stringContaining('in use') as string]);
    expect(await contentOf(url)).toEqual(before);
    await world.apps.at(-1)!.stop('SIGTERM');
  }, 300_000);

  it('taken while the app writes shows one moment: whole, and with everything that was answered before', async () => {
    await world.start();
    const stopping = new AbortController();
    const answered: Log[] = [];
    const writing = (async () => {
      for (let index = 1000; !stopping.signal.aborted; index += 1)
        answered.push(await write(index, { integration_id: integration }));
    })();
    await eventually('it writes', 10, () => answered.length > 20);
    const before = answered.length;
    const later = path.join(folder, 'later.gz');
    const made = await world.cli(['backup', later]).ended;
    stopping.abort();
    await writing;
    await world.apps.at(-1)!.stop('SIGTERM');
    expect(made.code, made.stderr).toBe(0);
    const url = await target();
    expect((await restore(later, url)).code).toBe(0);
    const there = new Set(
      (await rowsAt<{ id: string }>(url, 'select id from time_entries')).map(({ id }) => Number(id)),
    );
    expect(answered.slice(0, before).filter(({ id }) => !there.has(id))).toEqual([]);
    const verified = await cli(['verify-binnacle'], url);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  }, 300_000);

  describe('taken from the embedded server', () => {
    const homes = ['one', 'two'].map((name) => path.join(folder, name));
    const own = (home: string) => ({ DATABASE_URL: '', DATA_DIR: home });

    beforeEach(() => homes.forEach((home) => fs.mkdirSync(home)));

    it('while the app runs is restored into another folder, and not into one whose app runs', async () => {
      const app = await world.start({}, own(homes[0]!));
      const made = await world.cli(['backup', folder], own(homes[0]!)).ended;
      expect(made.code, made.stderr).toBe(0);
      const named = /: (\/\S+timesheet-\d{4}-\d\d-\d\dT\d{6}Z\.backup\.gz) \(/.exec(made.stdout)![1]!;
      const refused = await world.cli(['restore', named], own(homes[0]!)).ended;
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('in use') as string]);
      const restored = await world.cli(['restore', named], own(homes[1]!)).ended;
      expect(restored.code, restored.stderr).toBe(0);
      const people = await world.cli(['user', 'list'], own(homes[1]!)).ended;
      expect(people.stdout).toContain('\tadmin\tadmin\tenabled\t');
      await app.stop('SIGTERM');
    }, 300_000);
  });
});

function flipped(whole: Buffer, at: number): Buffer {
  const changed = Buffer.from(whole);
  changed[Math.floor(at)]! ^= 1;
  return changed;
}

const rewritten = (whole: Buffer, change: (text: string) => string): Buffer =>
  gzipSync(Buffer.from(change(gunzipSync(whole).toString('utf8'))));

/** By somebody who knows the format, and not the key. */
function forged(whole: Buffer): Buffer {
  return rewritten(whole, (text) => {
    const lines = text.split('\n');
    const begin = lines.findIndex((line) => line.includes('Log 100'));
    lines[begin] = lines[begin]!.replace('Log 100', 'Log 999');
    const manifest = JSON.parse(lines.at(-2)!) as { tables: { name: string; sha256: string }[] };
    const { tables } = JSON.parse(lines[0]!) as { tables: { name: string }[] };
    let at = 1;
    for (const [index, { name }] of tables.entries()) {
      const end = lines.indexOf('\\.', at);
      const rows = lines.slice(at, end).map((line) => `${line}\n`);
      expect(manifest.tables[index]!.name).toBe(name);
      manifest.tables[index]!.sha256 = sha256(rows.join('')).toString('hex');
      at = end + 1;
    }
    lines[lines.length - 2] = JSON.stringify(manifest);
    return lines.join('\n');
  });
}
