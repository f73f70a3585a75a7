import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import { WebhookSecretsService } from '../../src/integrations/webhook-secrets.service.js';
import { startTestApp, type TestApp } from '../support/app.js';

const MINUTE = 60_000;
const MOST_MILLISECONDS = 1000;

describe('secrets of webhooks', () => {
  let app: TestApp;
  let secrets: WebhookSecretsService;
  const draft = { provider: 'toggl', workspaceId: '1', externalId: '7', event: null, url: 'https://example.com/x' };

  beforeAll(async () => {
    app = await startTestApp();
    secrets = app.get(WebhookSecretsService);
    await secrets.keep(draft, new Secret('a secret of a subscription'));
    expect(await secrets.known('toggl')).toHaveLength(1);
  });

  afterAll(() => app.close());

  afterEach(() => vi.restoreAllMocks());

  /** As if so much time had gone by since they were read. */
  const later = (milliseconds: number) => {
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds);
  };

  async function withAllConnectionsInUse<T>(work: () => Promise<T>): Promise<T> {
    const { pool } = app.database;
    const clients = await Promise.all(Array.from({ length: 10 }, () => pool.connect()));
    try {
      return await work();
    } finally {
      for (const client of clients) client.release();
    }
  }

  it('prove deliveries while all connections are in use, though they were not looked at for a minute', async () => {
    later(MINUTE);
    const asked = process.hrtime.bigint();
    const known = await withAllConnectionsInUse(() => secrets.known('toggl'));
    expect(known).toHaveLength(1);
    expect(Number(process.hrtime.bigint() - asked) / 1e6).toBeLessThan(MOST_MILLISECONDS);
    // The look that was under way then.
    await secrets.lookAgain('toggl');
  });

  it('are looked at again after a minute: one that was removed elsewhere proves nothing', async () => {
    later(3 * MINUTE);
    await app.database.execute('delete from webhook_subscriptions');
    expect(await secrets.known('toggl')).toHaveLength(0);
  });
});
