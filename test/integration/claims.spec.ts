import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimDue } from '../../src/database/claims.js';
import { at, TogglApp } from '../support/toggl.js';

let world: TogglApp;

beforeAll(async () => {
  world = await TogglApp.start({ env: { ROLE: 'api' } });
  const ana = await world.addTracker('ana');
  const times = { start: at('07:00:00'), end: at('08:00:00') };
  await world.addLog(ana, { task: 'x', integration_id: ana.integrationId, ...times }, '');
});

afterAll(() => world.close());

it('takes what became due this very moment, though instants are stored in rounded milliseconds', async () => {
  const { database } = world.app;
  let missed = 0;
  for (let round = 0; round < 400; round += 1) {
    await database.execute(`update pushes set state = 'pending', next_at = now(), lease_until = null`);
    const claimed = await claimDue(database, { table: 'pushes', waiting: ['pending'], leaseSeconds: 60 }, 1);
    missed += 1 - claimed.length;
  }
  expect(missed).toBe(0);
});
