import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { runAsSuperuser } from '../support/postgres.js';

interface Report {
  intact: boolean;
  findings: { kind: string; entryId: number | null; message: string }[];
}

let test: TestApp;
let token: string;

beforeAll(async () => {
  test = await startTestApp({ env: { ROLE: 'api' } });
  token = test.secrets.secretToken.reveal();
});

afterAll(() => test.close());

async function logAsAdmin(task: string): Promise<number> {
  const login = await fetch(`${test.url}/v1/rpc/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: test.secrets.adminPassword.reveal() }),
  });
  const answer = await fetch(`${test.url}/v1/resources/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: login.headers.get('set-cookie')!.split(';')[0]! },
    body: JSON.stringify({ task, start: 1784530800, end: 1784534400 }),
  });
  return ((await answer.json()) as { result: { id: number } }).result.id;
}

async function verify(query = ''): Promise<Report> {
  const answer = await fetch(`${test.url}/api-clockify/session-binnacle/verify${query}`, {
    headers: { authorization: token },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Report;
}

/** As somebody with the database's password would: superuser, triggers off. */
const tamper = (statement: string) =>
  runAsSuperuser(test.databaseUrl, `set session_replication_role = replica; ${statement}`);

async function verifyByCommand(): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const code = await runCli(['verify-binnacle'], COMMANDS, {
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: test.databaseUrl,
      DATA_DIR: test.config.dataDir,
      ENCRYPTION_KEYS: test.secrets.encryptionKeys.reveal(),
    },
    terminal: { write, complain: write } as never,
  });
  return { code, text: lines.join('\n') };
}

describe('verifying the binnacle', () => {
  it('is for the holder of the secret token, coordinators and admins', async () => {
    const answer = await fetch(`${test.url}/api-clockify/session-binnacle/verify`);
    expect(answer.status).toBe(401);
  });

  it('finds what the API wrote intact, by route and by command', async () => {
    await logAsAdmin('first');
    expect(await verify()).toMatchObject({ intact: true, findings: [] });
    expect(await verifyByCommand()).toMatchObject({ code: 0, text: expect.stringContaining('is intact') });
  });

  it('names an entry whose hours were changed behind the ledger', async () => {
    const id = await logAsAdmin('second');
    await tamper(`update time_entries set ended_at = ended_at + interval '1 hour' where id = ${id}`);
    const report = await verify(`?id=${id}`);
    expect(report.intact).toBe(false);
    expect(report.findings).toContainEqual(expect.objectContaining({ kind: 'entry_altered', entryId: id }));
  });

  it('names an entry that was removed with its whole chain, by command too', async () => {
    const id = await logAsAdmin('third');
    await tamper(
      `delete from sessions_binnacle where entry_id = ${id}; delete from pushes where entry_id = ${id};
       delete from time_entries where id = ${id}`,
    );
    expect((await verify()).findings).toContainEqual(expect.objectContaining({ kind: 'entry_removed', entryId: id }));
    const { code, text } = await verifyByCommand();
    expect(code).toBe(1);
    expect(text).toContain(String(id));
  });
});
