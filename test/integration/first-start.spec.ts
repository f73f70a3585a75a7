import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.setup.js';
import { FirstStart } from '../../src/auth/first-start.js';
import { createLogger } from '../../src/http/logger.js';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { signIn } from '../support/people.js';

describe('the first start', () => {
  const open: { close(): Promise<void> }[] = [];
  const start = async (options?: TestAppOptions): Promise<TestApp> => {
    const app = await startTestApp(options);
    open.unshift(app);
    return app;
  };
  /** Another replica over the same database. */
  const replicate = async ({ config, secrets, databaseUrl }: TestApp): Promise<NestFastifyApplication> => {
    const logger = createLogger({ ...config, logLevel: 'silent' }, secrets);
    const replica = await createApp({ config, secrets, databaseUrl, logger });
    open.unshift(replica);
    return replica;
  };

  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });

  it('makes an admin who signs in with the given password, which is not told', async () => {
    const app = await start();
    const announcement = app.get(FirstStart).announcement();
    expect(announcement).toEqual({ adminUsername: 'admin', token: expect.any(String) as string });
    const cookie = await signIn(app, 'admin', app.secrets.adminPassword.reveal());
    const users = await fetch(`${app.url}/v1/resources/users`, { headers: { cookie } });
    expect(await users.json()).toMatchObject({ result: [{ username: 'admin', role: 'admin' }] });
  });

  it('tells a password that it made up itself', async () => {
    const app = await start({ config: { adminPassword: undefined } });
    const announcement = app.get(FirstStart).announcement();
    expect(announcement?.adminPassword?.reveal()).toBe(app.secrets.adminPassword.reveal());
    await signIn(app, 'admin', announcement!.adminPassword!.reveal());
  });

  it('makes a token that works, outside production only', async () => {
    const app = await start();
    const { token } = app.get(FirstStart).announcement()!;
    const me = await fetch(`${app.url}/v1/resources/me`, { headers: { username: 'admin', auth_token: token! } });
    expect(me.status).toBe(200);
    const tokens = await fetch(`${app.url}/v1/resources/tokens`, { headers: { authorization: `Bearer ${token}` } });
    expect(await tokens.json()).toMatchObject({ result: [{ name: 'first start' }] });
    const production = await start({ config: { nodeEnv: 'production' } });
    expect(production.get(FirstStart).announcement()).toEqual({ adminUsername: 'admin' });
    expect(await production.database.query('select id from api_tokens')).toEqual([]);
  });

  it('happens once: later starts change nothing, even with another password', async () => {
    const app = await start();
    const before = await app.database.query('select * from users');
    const replica = await replicate(app);
    await replica.init();
    expect(replica.get(FirstStart, { strict: false }).announcement()).toBeNull();
    expect(await app.database.query('select * from users')).toEqual(before);
  });

  it('happens once when many replicas start together on an empty database', async () => {
    const app = await start();
    await app.database.execute('delete from users');
    const replicas = await Promise.all([1, 2, 3, 4].map(() => replicate(app)));
    await Promise.all(replicas.map((replica) => replica.init()));
    const announcements = replicas.map((replica) => replica.get(FirstStart, { strict: false }).announcement());
    expect(announcements.filter((announcement) => announcement !== null)).toHaveLength(1);
    expect(await app.database.query('select id from users')).toHaveLength(1);
    expect(await app.database.query('select id from api_tokens')).toHaveLength(1);
  });
});
