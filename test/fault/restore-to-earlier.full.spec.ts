import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import type { TogglUser } from '../../simulators/toggl/model.js';
import type { ApiClient } from '../support/api-client.js';
import { dropDatabase, emptyDatabase } from '../support/backups.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually } from '../support/oracle.js';

const START = Math.floor(Date.now() / 1000) - 2 * 86_400;
const MAILS = 5;

interface Log {
  id: number;
  task: string;
  external_id: string | null;
  sync: { state: string };
}

describe('a database that is set back to an earlier moment', () => {
  let world: FaultWorld;
  let smtp: SmtpSimulator;
  let ana: ApiClient;
  let account: TogglUser;
  let integration: number;
  let restored: string;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-f28-'));

  beforeEach(async () => {
    smtp = new SmtpSimulator();
    await smtp.start();
    world = await FaultWorld.create({ testControl: { retryScale: 0.01, leaseSeconds: 4 } });
    restored = await emptyDatabase();
  });

  afterEach(async () => {
    await world.close();
    await smtp.stop();
    await dropDatabase(restored);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const env = (extra: Record<string, string> = {}) => ({
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: String(smtp.port),
    MAIL_USE_TLS: 'false',
    MAIL_DEFAULT_SENDER: 'timesheet@example.com',
    ...extra,
  });
  const stop = () => world.apps.at(-1)!.stop('SIGTERM');

  const write = (task: string, index: number) =>
    ana.expect<Log>(201, 'POST', '/v1/resources/logs', {
      task,
      start: START + index * 3600,
      end: START + index * 3600 + 1800,
      integration_id: integration,
    });
  const logs = () => ana.expect<Log[]>(200, 'GET', '/v1/resources/logs');
  const sync = () => ana.expect(200, 'POST', '/v1/rpc/sync', { integration_id: integration });

  const settled = (pool: pg.Pool) =>
    eventually('every push is settled', 20, async () => {
      const { rows } = await pool.query<{ count: number }>(
        `select count(*)::int as count from pushes where state in ('pending', 'sending', 'unknown')`,
      );
      return rows[0]!.count === 0;
    });

  /** As the service writes them. */
  async function queueMails(): Promise<void> {
    await world.query(
      `insert into mail_outbox (effect_key, message_id, kind, locale, subject, content)
       select 'test/' || n, '<test-' || n || '@example.com>', 'test', 'en', 'Mail ' || n,
         '{"banner":"b","tone":"good","paragraphs":[]}' from generate_series(1, $1::int) n`,
      [MAILS],
    );
    await world.query(`insert into mail_recipients (mail_id, address) select id, 'ana@example.com' from mail_outbox`);
  }

  /** What is at Toggl, by text: twice the same is twice there. */
  const there = () =>
    [...world.toggl.model.entries.values()]
      .filter(({ deletedAt }) => deletedAt === null)
      .map(({ description }) => description)
      .toSorted(inOrder);

  it('writes nothing twice, sends no mail twice, and is brought level with the service', async () => {
    await world.start({}, env());
    ana = await world.addUser('ana');
    account = world.toggl.addUser();
    integration = await world.connectToggl(ana, account);
    const known = [];
    for (let index = 0; index < 4; index += 1) known.push(await write(`Known ${index}`, index));
    await settled(world.database);
    await sync();
    await stop();

    // Nobody sends: whatever is written now waits in the backup.
    await world.start({}, env({ ROLE: 'api' }));
    for (let index = 10; index < 16; index += 1) await write(`Waiting ${index}`, index);
    await ana.expect(200, 'PUT', `/v1/resources/logs/${known[0]!.id}`, { task: 'Known 0, waiting' });
    await ana.expect(200, 'PUT', `/v1/resources/logs/${known[1]!.id}`, { task: 'Known 1, waiting' });
    await queueMails();
    const file = path.join(folder, 'then.gz');
    const made = await world.cli(['backup', file], env()).ended;
    expect(made.code, made.stderr).toBe(0);
    await stop();

    // Then the world goes on for ten minutes.
    await world.start({}, env());
    await settled(world.database);
    await eventually('the mails are sent', 20, () => smtp.messages.length === MAILS);
    await write('Written after the backup', 30);
    await settled(world.database);
    const externalIdOf = async (task: string) => (await logs()).find((log) => log.task === task)!.external_id!;
    const edited = await externalIdOf('Known 0, waiting');
    world.toggl.editInApp(edited, { description: 'Known 0, edited there since' });
    world.toggl.deleteInApp(await externalIdOf('Known 2'));
    world.toggl.startInApp({
      user: account,
      description: 'Typed there since',
      start: new Date((START + 40 * 3600) * 1000),
      stop: new Date((START + 41 * 3600) * 1000),
    });
    await sync();
    const before = there();
    const createsBefore = world.toggl.ledger.created.length;
    await stop();

    const back = await world.cli(['restore', file], env({ DATABASE_URL: restored })).ended;
    expect(back.code, back.stderr).toBe(0);
    expect(back.stdout).toContain('6 writes to services are sent only if they cannot be found there.');
    expect(back.stdout).toContain('2 changes of what is known there wait ten minutes');
    expect(back.stdout).toContain(`${MAILS} mails that waited are set aside`);
    const pool = new pg.Pool({ connectionString: restored });
    pool.on('error', () => undefined);
    await world.start({}, env({ DATABASE_URL: restored }));
    await sync();
    await pool.query('update pushes set next_at = now()');
    await settled(pool);
    await sync();

    expect(world.toggl.ledger.created.length).toBe(createsBefore);
    expect(there()).toEqual(before);
    const now = await logs();
    expect(now.map(({ task }) => task).toSorted(inOrder)).toEqual(before);
    expect(now.filter((log) => log.sync.state !== 'synced')).toEqual([]);
    expect(new Set(now.map((log) => log.external_id)).size).toBe(now.length);
    expect(smtp.messages.length).toBe(MAILS);
    const states = await pool.query<{ state: string; last_error: string }>('select state, last_error from mail_outbox');
    expect(new Set(states.rows.map(({ state }) => state))).toEqual(new Set(['failed']));
    expect(states.rows[0]!.last_error).toMatch(/^Set aside: the database was restored/);
    const verified = await world.cli(['verify-binnacle'], env({ DATABASE_URL: restored })).ended;
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);

    // Whoever knows that they never arrived has them sent after all.
    await world.cli(['mail', 'redrive'], env({ DATABASE_URL: restored })).ended;
    await eventually('the mails are sent again', 20, () => smtp.messages.length === 2 * MAILS);
    await stop();
    await pool.end();
  }, 300_000);
});

const inOrder = (a: string | null, b: string | null): number => (a ?? '').localeCompare(b ?? '');
