import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inboxPool } from '../../src/webhooks/inbox.repository.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { ROLE: 'api' } });
});

afterAll(() => app.close());

const SHOW = 'show synchronous_commit';

/** The server of the tests is content with less, as somebody's own may be. */
it('waits for the disk before a commit is told, whatever the server is content with', async () => {
  const plain = new pg.Pool({ connectionString: app.databaseUrl, max: 1 });
  const inbox = inboxPool(app.databaseUrl);
  try {
    expect((await plain.query(SHOW)).rows).toEqual([{ synchronous_commit: 'off' }]);
    expect(await app.database.query(SHOW)).toEqual([{ synchronous_commit: 'on' }]);
    expect((await inbox.query(SHOW)).rows).toEqual([{ synchronous_commit: 'on' }]);
  } finally {
    await Promise.all([plain.end(), inbox.end()]);
  }
});
