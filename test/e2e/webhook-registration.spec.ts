import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { TogglWebhooksSimulator } from '../../simulators/toggl/webhooks-simulator.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { Secret } from '../../src/common/secret.js';
import type { Config } from '../../src/config/env.js';
import { KeyRing } from '../../src/config/key-ring.js';
import { WebhookRegistrar } from '../../src/integrations/webhook-registrar.js';
import { WebhookSecretsService } from '../../src/integrations/webhook-secrets.service.js';
import { WebhookSubscriptionsRepository } from '../../src/integrations/webhook-subscriptions.repository.js';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { ClockifyApp, type Caller } from '../support/clockify.js';
import { TogglApp, type Tracker } from '../support/toggl.js';

/** The address of the app is known once it listens. */
const publish = (config: Config, url: string): void => {
  config.publicUrl = url;
};

describe('webhooks registered at Toggl', () => {
  let world: TogglApp;
  let webhooks: TogglWebhooksSimulator;
  let ana: Tracker;
  const port = 20_000 + Math.floor(Math.random() * 20_000);

  beforeAll(async () => {
    world = await TogglApp.start({
      env: { ROLE: 'api', TOGGL_WEBHOOKS_URL: `http://127.0.0.1:${port}/webhooks/api/v1` },
    });
    webhooks = new TogglWebhooksSimulator(world.toggl.model);
    await webhooks.start(port);
    publish(world.app.config, world.app.url);
    ana = await world.addTracker('ana');
  });

  afterAll(async () => {
    await world.close();
    await webhooks.stop();
  });

  const register = () => world.app.get(WebhookRegistrar).register(ana.integrationId);
  const work = () => world.app.get(DeliveryWorker).processDue();

  it('are made once, validated, and their secret is kept where nobody can read it', async () => {
    expect(await register()).toEqual([{ event: null, state: 'made', reason: null }]);
    await webhooks.settled();
    expect(await register()).toEqual([{ event: null, state: 'known', reason: null }]);
    const [subscription, ...others] = webhooks.subscriptions.values();
    expect(others).toEqual([]);
    expect(subscription).toMatchObject({ url: `${world.app.url}/webhooks/toggl`, validatedAt: expect.any(String) });
    const [row] = await world.app.get(WebhookSecretsService).list('toggl');
    expect(row!.secret!.includes(subscription!.secret)).toBe(false);
    expect(await world.app.get(WebhookRegistrar).list(ana.integrationId)).toMatchObject([
      { isActive: true, hasSecret: true },
    ]);
  });

  it('deliver what is done in Toggl’s app, doubled and the newest first', async () => {
    const id = world.toggl.startInApp({ user: ana.toggl, description: 'from the app' });
    world.clock.advance(60_000);
    world.toggl.editInApp(id, { description: 'renamed' });
    world.clock.advance(60_000);
    world.toggl.stopInApp(id);
    expect(new Set(await webhooks.deliver({ copies: 2, isReversed: true }))).toEqual(new Set([200]));
    await work();
    const rows = await world.app.database.query<{ description: string; is_running: boolean }>(
      'select description, is_running from time_entries where external_id = $1',
      [id],
    );
    expect(rows).toEqual([{ description: 'renamed', is_running: false }]);
    world.clock.advance(60_000);
    world.toggl.deleteInApp(id);
    await webhooks.deliver();
    await work();
    const [gone] = await world.app.database.query<{ deleted_at: Date | null }>(
      'select deleted_at from time_entries where external_id = $1',
      [id],
    );
    expect(gone!.deleted_at).not.toBeNull();
  });

  it('stay proved when their secret is moved to a new key', async () => {
    const old = world.app.secrets.encryptionKeys.reveal();
    const ring = new KeyRing(new Secret(`k2:${randomBytes(32).toString('base64')},${old}`));
    const rotating = new WebhookSecretsService(world.app.get(WebhookSubscriptionsRepository), ring);
    const before = await rotating.lookAgain('toggl');
    expect(await rotating.rotate()).toBe(1);
    expect((await rotating.lookAgain('toggl')).map(({ secret }) => secret.reveal())).toEqual(
      before.map(({ secret }) => secret.reveal()),
    );
    expect(await rotating.rotate()).toBe(0);
  });

  it('leave no secret behind while Toggl is away', async () => {
    await webhooks.stop();
    publish(world.app.config, `${world.app.url}/elsewhere`);
    await expect(register()).rejects.toThrow('Toggl');
    expect(await world.app.get(WebhookSecretsService).list('toggl')).toHaveLength(1);
    await webhooks.start(port);
  });

  it('are left out where the plan has no room, in Toggl’s words, and their secret is forgotten', async () => {
    publish(world.app.config, `${world.app.url}/elsewhere`);
    const [registration] = await register();
    expect(registration).toMatchObject({ state: 'left_out' });
    expect(await world.app.get(WebhookSecretsService).list('toggl')).toHaveLength(1);
    publish(world.app.config, world.app.url);
  });
});

describe('webhooks registered at Clockify', () => {
  let world: ClockifyApp;
  let ana: Caller;

  beforeAll(async () => {
    world = await ClockifyApp.start({ env: { ROLE: 'api' } });
    publish(world.app.config, world.app.url);
    ana = await world.addCaller('ana');
  });

  afterAll(() => world.close());

  const connect = async (user: ClockifyUser): Promise<number> => (await world.connect(ana, user)).body.result.id;

  it('are five, proved by the tokens Clockify has made up', async () => {
    const id = await connect(world.boss);
    const made = await world.app.get(WebhookRegistrar).register(id);
    expect(made.map(({ event, state }) => `${event} ${state}`)).toEqual([
      'start made',
      'end made',
      'manual made',
      'edit made',
      'delete made',
    ]);
    const entry = world.clockify.startInApp({ user: world.boss, description: 'from the app' });
    expect(await world.clockify.webhooks.deliver({ copies: 2 })).toEqual([200, 200]);
    await world.app.get(DeliveryWorker).processDue();
    const rows = await world.app.database.query('select is_running from time_entries where external_id = $1', [entry]);
    expect(rows).toEqual([{ is_running: true }]);
    const again = await world.app.get(WebhookRegistrar).register(id);
    expect(new Set(again.map(({ state }) => state))).toEqual(new Set(['known']));
  });

  it('are three on a free plan, and it is said which are left out', async () => {
    const id = await connect(world.clockify.addUser({ name: 'Free', plan: 'FREE' }));
    const made = await world.app.get(WebhookRegistrar).register(id);
    expect(made.filter(({ state }) => state === 'left_out')).toEqual([
      { event: 'edit', state: 'left_out', reason: expect.stringContaining('limit') },
      { event: 'delete', state: 'left_out', reason: expect.stringContaining('limit') },
    ]);
  });

  it('are made and shown by the command line', async () => {
    const id = await connect(world.clockify.addUser({ name: 'By hand', plan: 'FREE' }));
    const env = {
      NODE_ENV: 'test',
      DATABASE_URL: world.app.databaseUrl,
      DATA_DIR: world.app.config.dataDir,
      ENCRYPTION_KEYS: world.app.secrets.encryptionKeys.reveal(),
      CLOCKIFY_BASE_URL: world.clockify.url,
      PUBLIC_URL: world.app.url,
    };
    const run = async (...line: string[]) => {
      const out: string[] = [];
      const write = (text: string) => void out.push(text);
      const terminal = { write, complain: write, isInteractive: false, askHidden: () => Promise.resolve('') };
      return { code: await runCli(line, COMMANDS, { env, terminal }), out: out.join('\n') };
    };
    const made = await run('webhook', 'register', 'ana', '--integration', String(id));
    expect(made).toEqual({ code: 0, out: expect.stringContaining('Nothing is delivered of: edit, delete.') });
    const shown = await run('webhook', 'list', 'ana', '--integration', String(id));
    expect(shown.out.split('\n').filter((line) => line.endsWith('active'))).toHaveLength(3);
    expect((await run('webhook', 'list', 'ana', '--integration', 'x')).code).toBe(2);
  });

  it('are each good for their own event alone', async () => {
    const end = [...world.clockify.webhooks.all.values()].find(({ webhookEvent }) => webhookEvent === 'TIMER_STOPPED')!;
    const answer = await fetch(`${world.app.url}/webhook/clockify/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'clockify-signature': end.authToken },
      body: '{}',
    });
    expect(answer.status).toBe(401);
    await answer.body?.cancel();
  });
});
