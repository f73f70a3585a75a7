import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import type { ChildApp } from '../support/child-app.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually, expectSound } from '../support/oracle.js';
import { seededRandom } from '../support/random.js';
import { sized } from '../support/size.js';
import { holdTheWindow } from '../support/button-window.js';

const BUTTON = 'BC44-B06243';

interface PressAnswer {
  status: number;
  body: { result: string; status: string };
}

describe('a Flic button that is pressed once', () => {
  let world: FaultWorld;
  let apps: [ChildApp, ChildApp];
  let ana: ApiClient;

  beforeEach(async () => {
    world = await FaultWorld.create({ testControl: { retryScale: 1e-3 } });
    apps = await Promise.all([world.start(), world.start()]);
    ana = await world.addUser('ana');
    await world.connectToggl(ana);
  });

  afterEach(() => world.close());

  async function press(app: ChildApp, { stamp, patience }: { stamp?: string; patience?: number } = {}) {
    const answer = await fetch(`${app.url}/v1/rpc/flic/click`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ana.token}`,
        'button-serial-number': BUTTON,
        ...(stamp === undefined ? {} : { timestamp: stamp }),
      },
      signal: patience === undefined ? undefined : AbortSignal.timeout(patience),
    });
    return { status: answer.status, body: await answer.json() } as PressAnswer;
  }

  /** As if more than 1.5 s had gone by since the last press that counted. */
  const letTheWindowPass = () =>
    world.query(`update flic_buttons set last_pressed_at = now() - interval '1.6 seconds'`);

  /** As if the last press that counted had been a moment ago, however slow this machine is. */
  const beWithinTheWindow = () => world.query(`update flic_buttons set last_pressed_at = now() + interval '1 hour'`);

  const outcomes = (answers: readonly PressAnswer[]) => answers.map(({ body }) => body.status).sort();

  const effects = () => world.toggl.ledger.effects.map(({ kind }) => kind).filter((kind) => kind !== 'updated');

  const runningHere = () => world.value<number>('select count(*)::int from time_entries where is_running');

  it('toggles once when the click arrives twice within 50 ms, whichever process answers', async () => {
    const letTimeGoOn = await holdTheWindow((statement) => world.query(statement));
    const first = await Promise.all([press(apps[0]), press(apps[1])]);
    await letTimeGoOn();
    expect(first.map(({ status }) => status)).toEqual([200, 200]);
    expect(outcomes(first)).toEqual(['ignored', 'started']);
    expect(effects()).toEqual(['created']);
    expect(await runningHere()).toBe(1);
    await beWithinTheWindow();
    expect((await press(apps[0])).body.status).toBe('ignored');
    await letTheWindowPass();
    expect(outcomes(await Promise.all([press(apps[1]), press(apps[0])]))).toEqual(['ignored', 'stopped']);
    expect(effects()).toEqual(['created', 'stopped']);
    expect(await runningHere()).toBe(0);
    await expectSound(world);
  }, 300_000);

  it('toggles once in each window when twenty copies arrive at once at two processes', async () => {
    const random = seededRandom('twenty copies');
    const toggles = sized(['started', 'stopped', 'started'], ['started', 'stopped', 'started', 'stopped', 'started']);
    for (const expected of toggles) {
      const letTimeGoOn = await holdTheWindow((statement) => world.query(statement));
      const answers = await Promise.all(Array.from({ length: 20 }, () => press(apps[random() < 0.5 ? 0 : 1])));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(outcomes(answers)).toEqual([...Array.from({ length: 19 }, () => 'ignored'), expected]);
      await letTimeGoOn();
      await letTheWindowPass();
    }
    expect(effects()).toEqual(toggles.map((toggle) => (toggle === 'started' ? 'created' : 'stopped')));
    expect(await world.value<number>('select count(*)::int from flic_presses')).toBe(20 * toggles.length);
    await expectSound(world);
  }, 300_000);

  it('toggles once when the sender lost patience and sends it again while the service is still answering', async () => {
    world.toggl.dripMilliseconds = 700;
    world.toggl.faults.add({ method: 'GET', path: '/me/time_entries/current', action: 'slow' });
    await expect(press(apps[0], { patience: 500 })).rejects.toThrow(/abort|timeout/i);
    await letTheWindowPass();
    expect(outcomes([await press(apps[1]), await press(apps[0])])).toEqual(['ignored', 'ignored']);
    await eventually('the first press has been carried out', 10, async () => (await runningHere()) === 1);
    await eventually('it is written', 10, () => effects().length > 0);
    expect(effects()).toEqual(['created']);
    await expectSound(world);
  }, 300_000);

  it('toggles once when the same press, by its own time stamp, is sent again later', async () => {
    const stamp = '2026-07-20T06:02:10Z';
    expect((await press(apps[0], { stamp })).body.status).toBe('started');
    await letTheWindowPass();
    expect((await press(apps[1], { stamp })).body.status).toBe('ignored');
    expect((await press(apps[1])).body.status).toBe('stopped');
    await letTheWindowPass();
    expect((await press(apps[0], { stamp })).body.status).toBe('ignored');
    expect((await press(apps[0], { stamp: '2026-07-20T06:02:12Z' })).body.status).toBe('started');
    expect(effects()).toEqual(['created', 'stopped', 'created']);
    await expectSound(world);
  }, 300_000);
});
