import { describe, expect, it, vi } from 'vitest';
import { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp } from '../support/app.js';
import { NOW } from '../support/clockify.js';

describe('a Clockify key in the environment that is no administrator’s', () => {
  it('reads its own entries, and the log says so', async () => {
    const clockify = new ClockifySimulator({ now: () => NOW.getTime() });
    await clockify.start();
    const boss = clockify.addUser({ plan: 'PRO' });
    const member = clockify.addUser({ defaultWorkspaceId: boss.defaultWorkspaceId });
    const app = await startTestApp({
      clock: new FixedClock(NOW),
      env: {
        CLOCKIFY_API_KEY: member.apiKey,
        CLOCKIFY_BASE_URL: clockify.url,
        TEST_CONTROL: JSON.stringify({ retryScale: 0.002, withoutJobs: true }),
      },
    });
    const scopes = () =>
      app.database.query<{ scope: string | null }>(`select settings->>'scope' as scope from integrations`);
    await vi.waitFor(async () => expect(await scopes()).toEqual([{ scope: null }]), { timeout: 40_000 });
    const line = 'clockify of the environment reads its own entries only';
    await vi.waitFor(() => expect(app.logLines.join('\n')).toContain(line), { timeout: 40_000 });
    await app.close();
    await clockify.stop();
  });
});
