import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { FixedClock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import { Secret } from '../../src/common/secret.js';
import { KeyRing } from '../../src/config/key-ring.js';
import { poolOf } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { Leases } from '../../src/database/leases.js';
import { AccessTokensRepository } from '../../src/integrations/access-tokens.repository.js';
import { AccessTokensService } from '../../src/integrations/access-tokens.service.js';
import { ProviderError } from '../../src/integrations/contract/provider-error.js';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';
import { startZoho, zohoBefore } from '../support/zoho.js';
import { deskBefore, startDesk } from '../support/zoho-desk.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const RING = `k1:${randomBytes(32).toString('base64')}`;

describe('access tokens', () => {
  let test: TestDatabase;
  let sources: DataSource[];
  let clock: FixedClock;
  let key: string;

  beforeAll(async () => {
    test = await cloneDatabase();
    sources = [await connectTo(test), await connectTo(test)];
  });

  afterAll(async () => {
    await Promise.all(sources.map((source) => source.destroy()));
    await test.drop();
  });

  beforeEach(() => {
    clock = new FixedClock(NOW);
    key = randomBytes(12).toString('hex');
  });

  /** The service of one replica: a pool of its own, nothing shared but the database. */
  const replica = (index = 0, ring = RING): AccessTokensService => {
    const database = new Database(poolOf(sources[index]!));
    return new AccessTokensService(
      new AccessTokensRepository(database),
      new Leases(database),
      new KeyRing(new Secret(ring)),
      clock,
    );
  };

  const query = <Row>(sql: string, values: unknown[] = []): Promise<Row[]> => sources[0]!.query(sql, values);

  /** Makes out tokens that tell their number. */
  const maker = (expiresInSeconds = 3600) => {
    const made = { count: 0, refresh: () => Promise.resolve({ token: new Secret('t0'), expiresInSeconds }) };
    made.refresh = async () => {
      made.count += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { token: new Secret(`secret-token-${made.count}`), expiresInSeconds };
    };
    return made;
  };

  it('are fetched once, kept for every replica, and are nowhere in clear', async () => {
    const made = maker();
    expect((await replica(0).get(key, made.refresh)).reveal()).toBe('secret-token-1');
    expect((await replica(1).get(key, made.refresh)).reveal()).toBe('secret-token-1');
    expect(made.count).toBe(1);
    const [row] = await query<{ token: Buffer }>('select token from access_tokens where credential_key = $1', [key]);
    expect(row!.token.includes('secret-token')).toBe(false);
  });

  it('stay closed on another credential’s row', async () => {
    const made = maker();
    await replica().get(key, made.refresh);
    await query(
      `insert into access_tokens select 'copy of ' || credential_key, token, token_key_id, renew_at, expires_at
      from access_tokens where credential_key = $1`,
      [key],
    );
    await replica().get(`copy of ${key}`, made.refresh);
    expect(made.count).toBe(2);
  });

  it('are fetched again under a ring that has lost their key', async () => {
    const made = maker();
    await replica().get(key, made.refresh);
    const other = replica(0, `k2:${randomBytes(32).toString('base64')}`);
    expect((await other.get(key, made.refresh)).reveal()).toBe('secret-token-2');
  });

  it('are renewed five minutes early, and those that live shortly at half their life', async () => {
    const made = maker();
    await replica().get(key, made.refresh);
    clock.advance(54 * MINUTE);
    await replica().get(key, made.refresh);
    expect(made.count).toBe(1);
    clock.advance(MINUTE);
    await replica().get(key, made.refresh);
    expect(made.count).toBe(2);
    const brief = maker(60);
    await replica().get(`brief ${key}`, brief.refresh);
    clock.advance(29_000);
    await replica().get(`brief ${key}`, brief.refresh);
    expect(brief.count).toBe(1);
  });

  it('serve until they expire while the service cannot be asked', async () => {
    await replica().get(key, maker().refresh);
    clock.advance(57 * MINUTE);
    const away = () => Promise.reject(new ProviderError('unavailable', 'away'));
    expect((await replica().get(key, away)).reveal()).toBe('secret-token-1');
    clock.advance(3 * MINUTE);
    await expect(replica().get(key, away)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('are forgotten when the service refuses the credential', async () => {
    await replica().get(key, maker().refresh);
    clock.advance(56 * MINUTE);
    const refused = () => Promise.reject(new ProviderError('invalid_credentials', 'revoked'));
    await expect(replica().get(key, refused)).rejects.toMatchObject({ kind: 'invalid_credentials' });
    expect(await query('select 1 from access_tokens where credential_key = $1', [key])).toEqual([]);
  });

  it('that were refused are not handed out again, by whichever replica', async () => {
    const made = maker();
    const [first, second] = [replica(0), replica(1)];
    const refused = await first.get(key, made.refresh);
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => first.get(key, made.refresh, refused)),
      ...Array.from({ length: 10 }, () => second.get(key, made.refresh, refused)),
    ]);
    expect(new Set(answers.map((token) => token.reveal()))).toEqual(new Set(['secret-token-2']));
    expect(made.count).toBe(2);
  });

  it('are asked for ten times in ten minutes at most, and the pause is told', async () => {
    const made = maker(2);
    for (let minute = 0; minute < 9; minute += 1) {
      await replica().get(key, made.refresh);
      clock.advance(MINUTE);
    }
    await replica().get(key, made.refresh);
    clock.advance(2000);
    await expect(replica(1).get(key, made.refresh)).rejects.toMatchObject({
      kind: 'quota',
      retryAt: new Date(NOW.getTime() + 10 * MINUTE),
    });
    expect(made.count).toBe(10);
    clock.set(new Date(NOW.getTime() + 10 * MINUTE));
    await replica(1).get(key, made.refresh);
    expect(made.count).toBe(11);
  });

  const SERVICES = {
    'Zoho Projects': async () => {
      const { simulator, connection } = await startZoho({ clock });
      const provider = (index: number) => zohoBefore(simulator, clock, replica(index)).provider;
      return { simulator, connection, providers: [provider(0), provider(1)] };
    },
    'Zoho Desk': async () => {
      const { simulator, connection } = await startDesk({ clock });
      const http = new HttpClient({ clock, retryScale: 0.001 });
      const provider = (index: number) => deskBefore(simulator, { http, clock, accessTokens: replica(index) }).provider;
      return { simulator, connection, providers: [provider(0), provider(1)] };
    },
  };

  describe.each(Object.entries(SERVICES))('at %s', (_name, start) => {
    let world: Awaited<ReturnType<typeof start>>;

    beforeEach(async () => {
      world = await start();
    });

    afterEach(() => world.simulator.stop());

    const fiftyTimes = async () => {
      const { simulator, providers, connection } = world;
      simulator.calls.length = 0;
      const work = Array.from({ length: 50 }, (_, index) => providers[index % 2]!.listProjects(connection));
      const answers = await Promise.all(work);
      const refreshes = simulator.callsTo('POST', /^\/oauth\/v2\/token$/).length;
      return { projects: answers.flat().length, refreshes };
    };

    it('that expired cost one refresh for fifty calls of two replicas, and every call succeeds', async () => {
      await world.providers[0]!.listProjects(world.connection);
      clock.advance(60 * MINUTE);
      expect(await fiftyTimes()).toEqual({ projects: 50, refreshes: 1 });
    });

    it('that Zoho ended before their time cost one refresh for fifty calls too', async () => {
      await world.providers[0]!.listProjects(world.connection);
      world.simulator.accounts.expireAccessTokens();
      expect(await fiftyTimes()).toEqual({ projects: 50, refreshes: 1 });
    });
  });
});
