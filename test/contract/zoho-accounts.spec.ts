import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { Secret } from '../../src/common/secret.js';
import { originOf, regionsOf } from '../../src/integrations/providers/zoho-accounts/data-centres.js';
import { startZoho, zohoBefore, type ZohoWorld } from '../support/zoho.js';
import { errorOf } from './support.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const TOKEN = /^\/oauth\/v2\/token$/;

describe('Zoho Accounts', () => {
  let clock: FixedClock;
  let world: ZohoWorld;
  let strangers: Server | undefined;

  beforeEach(async () => {
    clock = new FixedClock(NOW);
    world = await startZoho({ clock });
  });

  afterEach(async () => {
    await world.simulator.stop();
    strangers?.close();
    strangers = undefined;
  });

  const refreshes = () => world.simulator.callsTo('POST', TOKEN);
  const list = () => world.provider.listProjects(world.connection);
  const answerToken = (body: object, status = 200) =>
    world.simulator.faults.add({ path: '/oauth/v2/token', action: { status, body: JSON.stringify(body) } });

  it('is asked with a form, once, and every call carries what it answers', async () => {
    await list();
    await list();
    expect(refreshes()).toHaveLength(1);
    const [call] = refreshes();
    expect(call!.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(call!.query.toString()).toBe('');
    expect(Object.fromEntries(new URLSearchParams(call!.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: world.account.refreshToken,
      client_id: world.account.client.id,
      client_secret: world.account.client.secret,
    });
    const calls = world.simulator.callsTo('GET', /projects$/);
    expect(calls.every(({ headers }) => headers.authorization!.startsWith('Zoho-oauthtoken 1000.'))).toBe(true);
  });

  it.each([
    ['invalid_client', 200],
    ['invalid_client_secret', 200],
    ['invalid_code', 200],
    ['invalid_code', 400],
    ['unauthorized_client', 401],
  ])('that refuses with %s under %i says that new credentials are needed', async (error, status) => {
    answerToken({ error }, status);
    const failure = await errorOf(list());
    expect([failure.kind, failure.isAmbiguous]).toEqual(['invalid_credentials', false]);
    expect(failure.message).toContain(error);
  });

  it('refuses what was revoked, an unknown client, and a client of another data centre', async () => {
    world.simulator.accounts.isOtherDataCentre = true;
    expect((await errorOf(list())).message).toContain('invalid_client: the client id is unknown there');
    world.simulator.accounts.isOtherDataCentre = false;
    world.simulator.accounts.revoke(world.account.refreshToken);
    expect((await errorOf(list())).message).toContain('invalid_code');
  });

  it('asks for a pause of ten minutes at least when it made out too many tokens', async () => {
    answerToken({ error: 'Access Denied', error_description: 'You have made too many requests continuously.' });
    const denied = await errorOf(list());
    expect([denied.kind, denied.retryAt]).toEqual(['quota', new Date(NOW.getTime() + 10 * MINUTE)]);
    for (let count = 1; count <= 10; count += 1)
      await zohoBefore(world.simulator, clock).provider.listProjects(world.connection);
    expect((await errorOf(zohoBefore(world.simulator, clock).provider.listProjects(world.connection))).kind).toBe(
      'quota',
    );
  });

  it.each([{}, { access_token: 7 }, { access_token: 'two words' }, { error: 'general_error' }, []])(
    'that answers %j has answered nothing',
    async (body) => {
      answerToken(body);
      expect((await errorOf(list())).kind).toBe('unavailable');
    },
  );

  it('says how long a token lives in seconds or in milliseconds', async () => {
    const lives: number[] = [];
    const accessTokens = {
      get: async (_key: string, refresh: () => Promise<{ token: Secret; expiresInSeconds: number }>) => {
        const { token, expiresInSeconds } = await refresh();
        lives.push(expiresInSeconds);
        return token;
      },
    };
    const { provider } = zohoBefore(world.simulator, clock, accessTokens);
    await provider.listProjects(world.connection);
    world.simulator.accounts.saysMilliseconds = true;
    await provider.listProjects(world.connection);
    expect(lives).toEqual([3600, 3600]);
  });

  it('renews a refused token once, for writes too, and then asks for new credentials', async () => {
    await list();
    world.simulator.accounts.expireAccessTokens();
    const { provider, connection, projectId } = world;
    const draft = {
      description: 'After the token',
      notes: null,
      projectExternalId: projectId,
      taskExternalId: null,
      tags: [],
      isBillable: false,
      start: NOW,
      end: new Date(NOW.getTime() + MINUTE),
      isRunning: false,
    };
    await provider.createEntry(connection, draft);
    expect(refreshes()).toHaveLength(2);
    expect(world.simulator.ledger.created).toHaveLength(1);
    const refusal = { error: { status_code: '401', title: 'INVALID_OAUTHTOKEN', details: [{ message: 'Invalid.' }] } };
    world.simulator.faults.add({ path: /projects$/, times: 5, action: { status: 401, body: JSON.stringify(refusal) } });
    const failure = await errorOf(list());
    expect(failure.kind).toBe('invalid_credentials');
    expect(refreshes()).toHaveLength(3);
  });

  it('is not asked again for a scope that the grant never had', async () => {
    await list();
    const body = { error: { status_code: 401, title: 'OAUTH_SCOPE_MISMATCH', details: { message: 'No such scope.' } } };
    world.simulator.faults.add({ path: /projects$/, action: { status: 401, body: JSON.stringify(body) } });
    expect(await errorOf(list())).toMatchObject({ kind: 'rejected', message: 'No such scope. (OAUTH_SCOPE_MISMATCH)' });
    expect(refreshes()).toHaveLength(1);
  });

  it('exchanges the code of a self-client at once for credentials that last', async () => {
    const { simulator, provider, account, connection } = world;
    const { refresh_token: _old, ...client } = connection.credentials;
    const code = simulator.accounts.addGrantCode(account.client.id, account.person.id);
    const given = { ...client, grant_code: new Secret(code), portal_id: new Secret(account.portal.id) };
    const { credentials } = await provider.verify(given, null, {});
    expect(Object.keys(credentials!).sort()).toEqual(['client_id', 'client_secret', 'portal_id', 'refresh_token']);
    expect(credentials!.refresh_token!.reveal()).toMatch(/^1000\./);
    expect(new URLSearchParams(refreshes()[0]!.body).has('redirect_uri')).toBe(false);
    // The token that came with the exchange serves: each one counts.
    await provider.listProjects({ ...connection, credentials: credentials! });
    expect(refreshes()).toHaveLength(1);
    expect(await errorOf(provider.verify(given, null, {}))).toMatchObject({ kind: 'invalid_credentials' });
  });

  it('takes a code without a lasting token for none', async () => {
    answerToken({ access_token: '1000.a.b', expires_in: 3600 });
    const { refresh_token: _old, ...client } = world.connection.credentials;
    const failure = await errorOf(world.provider.verify({ ...client, grant_code: new Secret('1000.code') }, null, {}));
    expect([failure.kind, failure.message.includes('offline')]).toEqual(['rejected', true]);
  });

  it('never has us call a host that its answers name', async () => {
    let visits = 0;
    strangers = createServer((_request, response) => {
      visits += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => strangers!.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(strangers.address() as AddressInfo).port}`;
    world.simulator.accounts.apiDomain = origin;
    await list();
    for (const status of [301, 302, 307, 308]) {
      world.simulator.faults.add({ path: '/oauth/v2/token', action: { status, headers: { location: origin } } });
      expect((await errorOf(zohoBefore(world.simulator, clock).provider.listProjects(world.connection))).kind).toBe(
        'unavailable',
      );
    }
    expect(visits).toBe(0);
  });

  it('keeps our credentials out of what is said about its answers', async () => {
    const { client, refreshToken } = world.account;
    const echo = `invalid_code for refresh_token=${refreshToken}&client_secret=${client.secret} (${refreshToken})`;
    answerToken({ error: echo });
    const { message } = await errorOf(list());
    expect(message).not.toContain(refreshToken);
    expect(message).not.toContain(client.secret);
  });

  it('has its hosts in a table, and takes nothing else for a data centre', () => {
    expect(regionsOf('projects')).toEqual(['us', 'eu', 'in', 'au', 'jp', 'cn', 'ca', 'sa', 'uk']);
    expect(originOf('accounts', null)).toBe('https://accounts.zoho.com');
    expect(originOf('projects', 'ca')).toBe('https://projectsapi.zohocloud.ca');
    for (const region of ['evil.com', 'com.evil.com', 'com@evil.com', 'com/../', 'US', 'toString', '__proto__', '']) {
      expect(() => originOf('projects', region)).toThrow('region must be one of');
    }
  });
});
