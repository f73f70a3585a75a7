import { Controller, Get, Module, Post, Put } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/auth/caller.js';
import {
  CurrentCaller,
  Public,
  RequireAdminApi,
  RequireFlicToken,
  RequireUser,
  WebhookCaller,
} from '../../src/auth/decorators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

const nameOf = (caller: Caller) => (caller.kind === 'user' ? caller.username : 'the secret');

/** One route per kind of caller. */
@Controller('probe')
class ProbeController {
  @RequireUser()
  @Get('user')
  user(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireUser()
  @Post('user')
  write(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireUser('admin')
  @Get('admin-user')
  adminUser(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireAdminApi()
  @Get('admin-api')
  adminApi(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireAdminApi('admin')
  @Put('admin-api')
  adminOnly(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @RequireFlicToken()
  @Get(['flic', 'flic/:token'])
  flic(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @WebhookCaller()
  @Get('webhook')
  webhook() {
    return { caller: 'unverified' };
  }

  @Public()
  @Get('public')
  open() {
    return { caller: 'anybody' };
  }

  @Get('undeclared')
  undeclared() {
    return { caller: 'nobody' };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

type Headers = Record<string, string>;

describe('who may call', () => {
  let app: TestApp;
  let ana: Person;
  let berta: Person;
  let coordinator: Person;
  let admin: Person;
  let secret: string;

  beforeAll(async () => {
    app = await startTestApp({
      imports: [ProbeModule],
      env: { CORS_ORIGINS: 'https://app.example.com' },
    });
    ana = await addPerson(app, 'Ana');
    berta = await addPerson(app, 'berta');
    coordinator = await addPerson(app, 'cora', 'coordinator');
    admin = await addPerson(app, 'root', 'admin');
    secret = app.secrets.secretToken.reveal();
  });

  afterAll(() => app.close());

  const call = async (path: string, headers: Headers | [string, string][] = {}, method = 'GET') => {
    const answer = await fetch(`${app.url}/probe/${path}`, { method, headers });
    const body = (await answer.json()) as { code?: string; caller?: string };
    return { status: answer.status, said: body.code ?? body.caller, body, headers: answer.headers };
  };
  const outcome = async (path: string, headers: Headers | [string, string][] = {}, method = 'GET') => {
    const { status, said } = await call(path, headers, method);
    return `${status} ${said}`;
  };

  it('is nobody on a route that does not say', async () => {
    expect(await outcome('undeclared')).toBe('403 AUTH.ROUTE_CLOSED');
    expect(await outcome('undeclared', { ...admin.bearer })).toBe('403 AUTH.ROUTE_CLOSED');
  });

  it('is anybody on a public route, and whoever the module itself verifies on a webhook', async () => {
    expect(await outcome('public')).toBe('200 anybody');
    expect(await outcome('webhook')).toBe('200 unverified');
  });

  describe('a user route', () => {
    it('knows a user by bearer, by username and auth_token, by auth-token, and by cookie', async () => {
      expect(await outcome('user', ana.bearer)).toBe('200 Ana');
      expect(await outcome('user', { authorization: `bearer ${ana.token}` })).toBe('200 Ana');
      expect(await outcome('user', { username: 'Ana', auth_token: ana.token })).toBe('200 Ana');
      expect(await outcome('user', { username: 'aNA', 'auth-token': ana.token })).toBe('200 Ana');
      expect(await outcome('user', { cookie: await ana.signIn() })).toBe('200 Ana');
    });

    it('answers every missing or wrong credential with one and the same 401', async () => {
      const cases: (Headers | [string, string][])[] = [
        {},
        { authorization: 'Bearer nonsense' },
        { authorization: 'Bearer' },
        { authorization: `Basic ${ana.token}` },
        { authorization: ana.token },
        { username: 'ana' },
        { auth_token: ana.token },
        { username: '', auth_token: ana.token },
        { username: 'berta', auth_token: ana.token },
        { username: 'ana', auth_token: '' },
        { username: 'ana', auth_token: 'x'.repeat(10_000) },
        { username: 'ana', auth_token: ana.token, 'auth-token': berta.token },
        { username: 'berta', ...ana.bearer },
        { username: 'ana', auth_token: ana.token, authorization: `Bearer ${berta.token}` },
        { cookie: 'timesheet_session=nonsense' },
        { cookie: `timesheet_session=${ana.token}` },
      ];
      for (const headers of cases) {
        const { status, body } = await call('user', headers);
        const { requestId, ...rest } = body as Record<string, unknown>;
        expect(requestId).toBeDefined();
        expect([status, rest], JSON.stringify(headers)).toEqual([
          401,
          { statusCode: 401, code: 'AUTH.REQUIRED', message: 'Valid credentials are required.' },
        ]);
      }
    });

    it.each(['username', 'auth_token', 'authorization'])('refuses a repeated %s header', async (name) => {
      const { request } = await import('node:http');
      const headers: [string, string][] = [
        ['username', 'Ana'],
        ['auth_token', ana.token],
        ['authorization', `Bearer ${ana.token}`],
      ];
      const repeated = headers.find(([key]) => key === name)!;
      const send = (list: [string, string][]) =>
        new Promise<number>((resolve, reject) => {
          const sent = request(`${app.url}/probe/user`, { headers: ['host', 'localhost', ...list.flat()] }, (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          });
          sent.on('error', reject);
          sent.end();
        });
      expect(await send(headers)).toBe(200);
      expect(await send([...headers, repeated])).toBe(401);
    });

    it('refuses two identities in one request', async () => {
      const cookie = await ana.signIn();
      expect(await outcome('user', { cookie, ...berta.bearer })).toBe('400 AUTH.MIXED_IDENTITIES');
      expect(await outcome('user', { cookie, username: 'berta', auth_token: berta.token })).toBe(
        '400 AUTH.MIXED_IDENTITIES',
      );
      expect(await outcome('user', { cookie, ...ana.bearer })).toBe('200 Ana');
    });

    it('does not fall back on the cookie when the headers are wrong', async () => {
      const cookie = await ana.signIn();
      expect(await outcome('user', { cookie, username: 'ana' })).toBe('401 AUTH.REQUIRED');
      expect(await outcome('user', { cookie, authorization: 'Bearer nonsense' })).toBe('401 AUTH.REQUIRED');
    });

    it('does not know SECRET_TOKEN', async () => {
      for (const headers of [
        { authorization: secret },
        { authorization: `Bearer ${secret}` },
        { 'x-webhook-token': secret },
        { username: 'admin', auth_token: secret },
      ]) {
        expect(await outcome('user', headers)).toBe('401 AUTH.REQUIRED');
      }
    });

    it('lets only the named roles in', async () => {
      expect(await outcome('admin-user', ana.bearer)).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-user', coordinator.bearer)).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-user', admin.bearer)).toBe('200 root');
    });

    it('forgets a revoked token, a changed role and a disabled user at the very next request', async () => {
      const person = await addPerson(app, 'brief', 'admin');
      expect(await outcome('admin-user', person.bearer)).toBe('200 brief');
      await app.database.execute(`update users set role = 'member' where id = $1`, [person.id]);
      expect(await outcome('admin-user', person.bearer)).toBe('403 AUTH.ROLE');
      await app.database.execute('update users set is_enabled = false where id = $1', [person.id]);
      expect(await outcome('user', person.bearer)).toBe('401 AUTH.REQUIRED');
      await app.database.execute('update users set is_enabled = true where id = $1', [person.id]);
      await app.database.execute('delete from api_tokens where user_id = $1', [person.id]);
      expect(await outcome('user', person.bearer)).toBe('401 AUTH.REQUIRED');
    });
  });

  describe('a page of another site', () => {
    const post = async (headers: Headers) => outcome('user', { cookie: await ana.signIn(), ...headers }, 'POST');

    it('cannot write with the visitor’s cookie', async () => {
      expect(await post({ origin: 'https://evil.example' })).toBe('403 AUTH.ORIGIN');
      expect(await post({ origin: 'null' })).toBe('403 AUTH.ORIGIN');
      expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe('403 AUTH.ORIGIN');
      expect(await post({ 'sec-fetch-site': 'same-site' })).toBe('403 AUTH.ORIGIN');
      expect(await post({ origin: app.url.replace('http:', 'https:') })).toBe('403 AUTH.ORIGIN');
    });

    it('may when it is ours or one of CORS_ORIGINS, and a program without a page may too', async () => {
      expect(await post({ origin: app.url })).toBe('201 Ana');
      expect(await post({ origin: 'https://app.example.com' })).toBe('201 Ana');
      expect(await post({})).toBe('201 Ana');
      expect(await post({ 'sec-fetch-site': 'same-origin' })).toBe('201 Ana');
    });

    it('cannot send a token, so a token needs no page', async () => {
      expect(await outcome('user', { ...ana.bearer, origin: 'https://evil.example' }, 'POST')).toBe('201 Ana');
    });

    it('may read nothing either: only CORS_ORIGINS get an answer the browser shows', async () => {
      const cookie = await ana.signIn();
      const evil = await call('user', { cookie, origin: 'https://evil.example' });
      expect(evil.headers.get('access-control-allow-origin')).toBeNull();
      const own = await call('user', { cookie, origin: 'https://app.example.com' });
      expect(own.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    });
  });

  describe('an admin route', () => {
    it('knows SECRET_TOKEN raw, as a bearer, and as X-Webhook-Token', async () => {
      for (const headers of [
        { authorization: secret },
        { authorization: `Bearer ${secret}` },
        { 'x-webhook-token': secret },
      ]) {
        expect(await outcome('admin-api', headers)).toBe('200 the secret');
        expect(await outcome('admin-api', headers, 'PUT')).toBe('200 the secret');
      }
    });

    it('refuses a wrong secret, also beside a good cookie', async () => {
      const cookie = await admin.signIn();
      for (const headers of [
        {},
        { authorization: `${secret}x` },
        { authorization: `Bearer ${secret}x` },
        { 'x-webhook-token': secret.slice(1) },
        { 'x-webhook-token': '' },
        { cookie, 'x-webhook-token': 'wrong' },
        { cookie, authorization: 'wrong' },
      ]) {
        expect(await outcome('admin-api', headers), JSON.stringify(headers)).toBe('401 AUTH.REQUIRED');
      }
    });

    it('knows signed-in users by role', async () => {
      expect(await outcome('admin-api', ana.bearer)).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-api', { cookie: await ana.signIn() })).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-api', coordinator.bearer)).toBe('200 cora');
      expect(await outcome('admin-api', { cookie: await admin.signIn() })).toBe('200 root');
      expect(await outcome('admin-api', coordinator.bearer, 'PUT')).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-api', admin.bearer, 'PUT')).toBe('200 root');
    });

    it('asks for the origin when the cookie is what opens it', async () => {
      const headers = { cookie: await admin.signIn(), origin: 'https://evil.example' };
      expect(await outcome('admin-api', headers, 'PUT')).toBe('403 AUTH.ORIGIN');
      expect(await outcome('admin-api', { ...headers, authorization: secret }, 'PUT')).toBe('200 the secret');
    });
  });

  describe('a button', () => {
    it('brings its token in a header, in the query or in the path', async () => {
      expect(await outcome('flic', ana.bearer)).toBe('200 Ana');
      expect(await outcome('flic', { username: 'ana', auth_token: ana.token })).toBe('200 Ana');
      expect(await outcome('flic', { auth_token: ana.token })).toBe('200 Ana');
      expect(await outcome('flic', { 'auth-token': ana.token })).toBe('200 Ana');
      expect(await outcome(`flic?token=${ana.token}`)).toBe('200 Ana');
      expect(await outcome(`flic/${ana.token}`)).toBe('200 Ana');
    });

    it('never opens with a cookie, nor with SECRET_TOKEN', async () => {
      expect(await outcome('flic', { cookie: await ana.signIn() })).toBe('401 AUTH.REQUIRED');
      expect(await outcome(`flic/${secret}`)).toBe('401 AUTH.REQUIRED');
      expect(await outcome('flic', { authorization: secret })).toBe('401 AUTH.REQUIRED');
    });

    it('is refused when its tokens differ or one is repeated', async () => {
      expect(await outcome(`flic/${ana.token}`, berta.bearer)).toBe('401 AUTH.REQUIRED');
      expect(await outcome(`flic?token=${ana.token}&token=${ana.token}`)).toBe('401 AUTH.REQUIRED');
      expect(await outcome('flic?token=')).toBe('401 AUTH.REQUIRED');
      expect(await outcome('flic')).toBe('401 AUTH.REQUIRED');
    });

    it('leaves its token in no log line', async () => {
      await outcome(`flic/${ana.token}`);
      await outcome(`flic?token=${ana.token}`);
      expect(app.logLines.join('\n')).not.toContain(ana.token);
    });
  });

  describe('last_used_at', () => {
    const lastUsed = async (person: Person) => {
      const rows = await app.database.query<{ last_used_at: Date | null }>(
        'select last_used_at from api_tokens where user_id = $1',
        [person.id],
      );
      return rows[0]!.last_used_at;
    };

    it('is written at the first use and at most once an hour', async () => {
      const person = await addPerson(app, 'user-of-tokens');
      expect(await lastUsed(person)).toBeNull();
      await Promise.all(Array.from({ length: 5 }, () => outcome('user', person.bearer)));
      await expect.poll(() => lastUsed(person)).toBeInstanceOf(Date);
      const recent = new Date(Date.now() - 59 * 60_000);
      await app.database.execute('update api_tokens set last_used_at = $1 where user_id = $2', [recent, person.id]);
      await outcome('user', person.bearer);
      expect(await lastUsed(person)).toEqual(recent);
      const old = new Date(Date.now() - 61 * 60_000);
      await app.database.execute('update api_tokens set last_used_at = $1 where user_id = $2', [old, person.id]);
      await outcome('user', person.bearer);
      await expect.poll(async () => (await lastUsed(person))!.getTime()).toBeGreaterThan(recent.getTime());
    });
  });

  it('is not told by passwords in the database: hashes of tokens, cookies and passwords only', async () => {
    const cookie = await ana.signIn();
    const value = /timesheet_session=([^;]+)/.exec(cookie)![1]!;
    const tables = ['users', 'cookie_sessions', 'api_tokens', 'login_failures', 'error_log'];
    const rows = await Promise.all(
      tables.map((table) => app.database.query<{ row: string }>(`select t::text as row from ${table} t`)),
    );
    const dump = rows.flat().map(({ row }) => row);
    expect(dump.length).toBeGreaterThan(5);
    const inBytes = (text: string) => Buffer.from(text).toString('hex');
    for (const canary of [ana.token, value, ana.password, secret, app.secrets.adminPassword.reveal()]) {
      for (const form of [canary, inBytes(canary), Buffer.from(canary, 'base64url').toString('hex')]) {
        expect(dump.filter((row) => row.includes(form))).toEqual([]);
      }
    }
  });
});

describe('PUBLIC_URL', () => {
  it('is the own origin when it is set, whatever the Host header says', async () => {
    const app = await startTestApp({ imports: [ProbeModule], env: { PUBLIC_URL: 'http://time.example.com/' } });
    try {
      const cookie = await (await addPerson(app, 'ana')).signIn();
      const post = async (origin: string) =>
        (await fetch(`${app.url}/probe/user`, { method: 'POST', headers: { cookie, origin } })).status;
      expect(await post('http://time.example.com')).toBe(201);
      expect(await post(app.url)).toBe(403);
    } finally {
      await app.close();
    }
  });
});

describe('the rate limit', () => {
  it('answers a credential beyond its burst with 429 and Retry-After, and nobody else', async () => {
    const app = await startTestApp({ imports: [ProbeModule], env: { RATE_LIMIT_PER_SECOND: '2' } });
    try {
      const [ana, berta] = [await addPerson(app, 'ana'), await addPerson(app, 'berta')];
      const get = (path: string, headers: Headers = {}) => fetch(`${app.url}/probe/${path}`, { headers });
      const answers = await Promise.all(Array.from({ length: 30 }, () => get('user', ana.bearer)));
      const limited = answers.filter((answer) => answer.status === 429);
      expect(limited.length).toBeGreaterThanOrEqual(30 - 12 - 4);
      expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(12);
      expect(limited[0]!.headers.get('retry-after')).toBe('1');
      expect(await limited[0]!.json()).toMatchObject({ code: 'RATE.LIMITED' });
      expect((await get('user', berta.bearer)).status).toBe(200);
      const guesses = await Promise.all(Array.from({ length: 30 }, () => get('user')));
      expect(guesses.filter((answer) => answer.status === 429).length).toBeGreaterThanOrEqual(14);
      expect((await get('user', berta.bearer)).status).toBe(200);
      const open = await Promise.all(Array.from({ length: 60 }, (_, n) => get(n % 2 ? 'public' : 'webhook')));
      expect(new Set(open.map((answer) => answer.status))).toEqual(new Set([200]));
    } finally {
      await app.close();
    }
  });
});
