import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { sha256 } from '../../src/common/hashing.js';
import { isPasswordRight } from '../../src/users/passwords.js';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';

describe('the command line', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let env: NodeJS.ProcessEnv;
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'timesheet-cli-'));

  beforeAll(async () => {
    database = await cloneDatabase();
    dataSource = await connectTo(database);
    env = {
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    };
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const run = async (line: string, answer?: string, variables = env) => {
    const [out, complaints]: [string[], string[]] = [[], []];
    const terminal = {
      write: (text: string) => void out.push(text),
      complain: (text: string) => void complaints.push(text),
      isInteractive: answer !== undefined,
      askHidden: () => Promise.resolve(answer ?? ''),
    };
    const code = await runCli(line === '' ? [] : line.split(' '), COMMANDS, { env: variables, terminal });
    return { code, out: out.join('\n'), complaint: complaints.join('\n') };
  };
  const find = async (username: string) =>
    (await dataSource.query<Record<string, unknown>[]>('select * from users where username = $1', [username]))[0];

  it('does not make the first admin: that is for the server, which tells the password', async () => {
    expect((await run('token create admin')).code).toBe(1);
    expect(await dataSource.query('select id from users')).toEqual([]);
  });

  it('adds a user, and makes no other by the way', async () => {
    const { code, out } = await run(
      'user add ana --password correct-horse --role admin --name Ana --email a@example.com',
    );
    expect([code, out]).toEqual([0, expect.stringMatching(/^User ana has the id \d+\.$/)]);
    const user = (await find('ana'))!;
    expect(user).toMatchObject({ role: 'admin', name: 'Ana', email: 'a@example.com' });
    expect(await isPasswordRight('correct-horse', user.password_hash as string)).toBe(true);
    expect(await dataSource.query('select id from users')).toHaveLength(1);
  });

  it('asks for the password, or makes one up and prints it', async () => {
    expect(await run('user add asked', 'typed by a person')).toMatchObject({
      code: 0,
      out: expect.not.stringContaining('typed') as string,
    });
    expect(await isPasswordRight('typed by a person', (await find('asked'))!.password_hash as string)).toBe(true);
    for (const [username, answer] of [
      ['made-up', ''],
      ['piped', undefined],
    ] as const) {
      const { code, out } = await run(`user add ${username}`, answer);
      expect(code).toBe(0);
      const password = /^Password: (\S{20})$/m.exec(out)![1]!;
      expect(await isPasswordRight(password, (await find(username))!.password_hash as string)).toBe(true);
    }
  });

  it('lists users, also those without a login', async () => {
    await dataSource.query(`insert into users (name) values ('From Clockify')`);
    const { out } = await run('user list');
    expect(out).toMatch(/^id\tusername\trole\tstate\tname\n/);
    expect(out).toMatch(/\tana\tadmin\tenabled\tAna\n/);
    expect(out).toMatch(/\t-\tmember\tenabled\tFrom Clockify$/);
    expect(out).not.toContain('argon2');
  });

  it('prints a token alone on its line, and stores only its hash', async () => {
    const { code, out } = await run('token create ANA --name phone');
    expect([code, out]).toEqual([0, expect.stringMatching(/^[\w-]{43}$/)]);
    expect(await dataSource.query('select name from api_tokens where token_hash = $1', [sha256(out)])).toEqual([
      { name: 'phone' },
    ]);
  });

  it('says that the database is up to date after migrating it', async () => {
    expect(await run('migrate')).toEqual({ code: 0, out: 'The database is up to date.', complaint: '' });
  });

  it.each([
    ['user add', 'Expected <username>.'],
    ['user add a b', 'Expected <username>.'],
    ['user add ana,berta', 'The username must be'],
    ['user add eva --role owner', '--role must be one of member, coordinator, admin'],
    ['user add eva --password short', 'The password must have 8 to 1024 bytes'],
    ['user add eva --password=', 'The password must have 8 to 1024 bytes'],
    ['user add eva --email nonsense', '--email must be one plain email address'],
    ['user add eva --admin', '--admin'],
    ['user list all', 'Expected no arguments.'],
    ['token create', 'Expected <username>.'],
    ['frobnicate', 'There is no such command.'],
    ['user', 'There is no such command.'],
  ])('answers %j with the usage and exit code 2', async (line, problem) => {
    const { code, out, complaint } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(complaint).toContain(problem);
    expect(complaint).toContain('Usage: npm run cli --');
    expect(await find('eva')).toBeUndefined();
  });

  it('answers what fails with one line and exit code 1', async () => {
    expect(await run('user add ANA --password correct-horse')).toEqual({
      code: 1,
      out: '',
      complaint: 'Another user has that username.',
    });
    expect(await run('token create nobody')).toEqual({
      code: 1,
      out: '',
      complaint: 'There is no enabled user nobody.',
    });
    const unreachable = { ...env, DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none' };
    const { code, complaint } = await run('user list', undefined, unreachable);
    expect(code).toBe(1);
    expect(complaint).toMatch(/^The database cannot be reached/);
    expect(complaint).not.toMatch(/hunter2|\n/);
  });

  it.each(['--help', '-h', 'help', 'user add --help', 'token create ana -h'])(
    'explains itself with %j',
    async (line) => {
      const { code, out } = await run(line);
      expect([code, out]).toEqual([0, expect.stringContaining('Usage: npm run cli --')]);
    },
  );

  it('shows every command when called without any', async () => {
    const { code, out } = await run('');
    expect(code).toBe(2);
    for (const { words, summary } of COMMANDS) {
      expect(out).toContain(words);
      expect(out).toContain(summary);
    }
  });
});
