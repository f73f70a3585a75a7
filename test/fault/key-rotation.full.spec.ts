import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import { KeyRing } from '../../src/config/key-ring.js';
import { CredentialsCipher } from '../../src/integrations/credentials-cipher.js';
import type { ApiClient } from '../support/api-client.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually, expectSound } from '../support/oracle.js';

const MANY = 4_000;
const BATCH = 100;

interface Integration {
  id: number;
  state: string;
}

interface Log {
  id: number;
  integration_id: number;
  sync: { state: string };
}

describe('stored credentials', () => {
  let world: FaultWorld;
  let ana: ApiClient;
  let written = 0;

  beforeEach(async () => {
    world = await FaultWorld.create({ testControl: { retryScale: 1e-3 } });
    await world.start();
    ana = await world.addUser('ana');
    written = 0;
  });

  afterEach(() => world.close());

  const ring = (...names: ('k1' | 'k2')[]) => ({
    ENCRYPTION_KEYS: names.map((name) => `${name}:${world.keys[name]}`).join(','),
  });

  const restart = async (env: Record<string, string>) => {
    await world.apps.at(-1)!.stop('SIGTERM');
    return world.start({}, env);
  };

  const userIdOf = async (person: ApiClient) =>
    (await person.expect<{ id: number }>(200, 'GET', '/v1/resources/me')).id;

  const write = (integrationId: number) =>
    ana.expect<Log>(201, 'POST', '/v1/resources/logs?wait=true', {
      task: `Log ${(written += 1)}`,
      start: 1_780_000_000 + written * 60,
      end: 1_780_000_030 + written * 60,
      integration_id: integrationId,
    });

  const states = async (person: ApiClient) =>
    new Map(
      (await person.expect<Integration[]>(200, 'GET', '/v1/resources/integrations')).map(({ id, state }) => [
        id,
        state,
      ]),
    );

  const countUnder = (key: string) =>
    world.value<number>('select count(*)::int from integrations where credentials_key_id = $1', [key]);

  /** Rows as the app itself would have written them with its first key, much faster than by connecting them. */
  async function insertMany(userId: number): Promise<void> {
    const cipher = new CredentialsCipher(new KeyRing(new Secret(`k1:${world.keys.k1}`)));
    const first = 1_000_000;
    const ids = Array.from({ length: MANY }, (_, index) => first + index);
    const sealed = ids.map((integrationId) => {
      const credentials = { api_token: new Secret(randomBytes(16).toString('hex')) };
      return cipher.seal(credentials, { integrationId, userId, provider: 'toggl' }).bytes;
    });
    await world.query(
      `insert into integrations (id, user_id, provider, name, account_id, workspace_id, credentials, credentials_key_id)
       select id, $3, 'toggl', 'Toggl', id, id, bytes, 'k1' from unnest($1::bigint[], $2::bytea[]) as s (id, bytes)`,
      [ids, sealed, userId],
    );
    await world.query(`select setval(pg_get_serial_sequence('integrations', 'id'), $1)`, [first + MANY]);
  }

  it('move to the new key while they are used, also when the rotation is killed half-way', async () => {
    const bulk = await world.addUser('bulk');
    const ids = [await world.connectToggl(ana), await world.connectToggl(ana)];
    await insertMany(await userIdOf(bulk));
    ids.push(await world.connectToggl(ana), await world.connectToggl(ana));
    await write(ids[0]!); // its history is sealed with the old key
    await restart(ring('k2', 'k1'));

    const over = new AbortController();
    const logs: Log[] = [];
    const traffic = ids.map(async (id) => {
      while (!over.signal.aborted) {
        logs.push(await write(id));
        await new Promise((resolve) => setTimeout(resolve, 50)); // leaves a processor to the rotation
      }
    });
    const half = await world.cli(['rotate-keys'], ring('k2', 'k1'), {
      failpoints: [`rotation.batch#${MANY / BATCH / 2}`],
    }).ended;
    expect(half.signal).toBe('SIGKILL');
    expect(await countUnder('k2')).toBe(MANY / 2);
    const whole = await world.cli(['rotate-keys'], ring('k2', 'k1')).ended;
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    expect(whole.stdout).toContain(`${MANY / 2 + ids.length} credentials were moved`);
    over.abort();
    await Promise.all(traffic);

    expect(await countUnder('k1')).toBe(0);
    expect(logs.length).toBeGreaterThan(ids.length);
    expect(logs.filter(({ sync }) => sync.state !== 'synced')).toEqual([]);
    expect(await world.query('select code, message from error_log')).toEqual([]);
    expect(await world.query(`select id from integrations where state <> 'connected'`)).toEqual([]);
    await expectSound(world, { env: ring('k2', 'k1') });

    await restart(ring('k2'));
    for (const id of ids) expect((await write(id)).sync.state).toBe('synced');
    const verified = await world.cli(['verify-binnacle'], ring('k2')).ended;
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain('unverifiable');
    expect(verified.stdout).not.toMatch(/altered|missing|broken|removed|mismatch/);
    await expectSound(world, { env: ring('k2', 'k1') });
  }, 300_000);

  it('keep the app from starting with a ring that does not open them, and are not touched by the attempt', async () => {
    const id = await world.connectToggl(ana);
    await world.apps.at(-1)!.stop('SIGTERM');
    const wrong = `k1:${randomBytes(32).toString('base64')}`;
    const unknown = `k2:${world.keys.k2}`;
    for (const [keys, reason] of [
      [wrong, 'the key or the row is not the one they were sealed with'],
      [unknown, 'ENCRYPTION_KEYS has no key "k1"'],
    ] as const) {
      const ended = await world.runUntilEnd({ ENCRYPTION_KEYS: keys });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(reason);
      expect(ended.stderr).toContain('See ENCRYPTION_KEYS.');
      expect(ended.stderr).not.toMatch(/\n\s+at /);
      expect(ended.stderr).not.toContain(keys.slice(3));
    }
    await world.start();
    expect(await states(ana)).toEqual(new Map([[id, 'connected']]));
    expect((await write(id)).sync.state).toBe('synced');
    await expectSound(world);
  }, 300_000);

  it('fail closed when somebody changed their row, for that account alone', async () => {
    const ben = await world.addUser('ben');
    const bens = await world.connectToggl(ben);
    const ids: number[] = [];
    const first = world.toggl.addUser();
    ids.push(await world.connectToggl(ana, first));
    for (let count = 1; count < 6; count += 1) ids.push(await world.connectToggl(ana));
    const [iv, tag, text, swapped, moved, whole] = ids as [number, number, number, number, number, number];
    const flip = (id: number, at: string) =>
      world.query(
        `update integrations set credentials = set_byte(credentials, ${at}, get_byte(credentials, ${at}) # 1) where id = $1`,
        [id],
      );
    await flip(iv, '0');
    await flip(tag, '12');
    await flip(text, 'length(credentials) - 1');
    await world.query(
      'update integrations set credentials = (select credentials from integrations where id = $2) where id = $1',
      [swapped, bens],
    );
    await world.query('update integrations set user_id = $2 where id = $1', [moved, await userIdOf(ben)]);

    for (const id of [iv, tag, text, swapped, whole]) await write(id).catch(() => undefined);
    await ben.expect(200, 'GET', '/v1/resources/timer');
    const expected = (id: number) => ([bens, whole].includes(id) ? 'connected' : 'error');
    for (const person of [ana, ben]) {
      for (const [id, state] of await states(person)) expect([id, state]).toEqual([id, expected(id)]);
    }
    const synced = (await ana.expect<Log[]>(200, 'GET', '/v1/resources/logs')).filter(
      ({ sync }) => sync.state === 'synced',
    );
    expect(synced.map((log) => log.integration_id)).toEqual([whole]);
    expect(world.toggl.ledger.created.length).toBe(1);

    const rotated = await world.cli(['rotate-keys'], ring('k2', 'k1')).ended;
    expect(rotated.code).toBe(1);
    expect(rotated.stdout).toContain('2 credentials were moved');
    expect(rotated.stderr).toContain([iv, tag, text, swapped, moved].join(', '));
    await restart(ring('k2', 'k1'));
    await ana.expect(200, 'PUT', `/v1/resources/integrations/${iv}`, { credentials: { api_token: first.token } });
    await eventually('what waited for it is written', 10, () => world.toggl.ledger.created.length === 2);
    await expectSound(world, { env: ring('k2', 'k1') });
  }, 300_000);
});
