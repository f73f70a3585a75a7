import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import type { ChildApp } from '../support/child-app.js';
import { tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually, expectSound } from '../support/oracle.js';
import { cloneDatabase } from '../support/postgres.js';
import { sized } from '../support/size.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { deliver } from '../support/webhooks.js';

/** In which everybody must know. */
const PATIENCE_MILLISECONDS = 5000;
/** What a busy machine may add to any of these times. */
const GRACE_MILLISECONDS = 1000;

describe('a database whose packets vanish', () => {
  let proxy: TcpProxy;
  let faults: DeliveryFaults;
  let app: ChildApp;
  let ana: ApiClient;

  beforeEach(async () => {
    const database = await cloneDatabase();
    const { hostname, port } = new URL(database.url);
    proxy = await TcpProxy.before(hostname, Number(port));
    faults = await DeliveryFaults.open({ testDatabase: database });
    app = await faults.start({}, { DATABASE_URL: proxy.through(database.url) });
    ana = await faults.world.addUser('ana');
  });

  afterEach(async () => {
    await faults.close();
    await proxy.close();
  });

  const isReady = async () => (await fetch(`${app.url}/health/ready`)).ok;

  interface Outcome {
    status: number;
    milliseconds: number;
  }

  async function timed(request: () => Promise<{ status: number }>): Promise<Outcome> {
    const asked = performance.now();
    const { status } = await request();
    return { status, milliseconds: performance.now() - asked };
  }

  /** All that people and services do: some find a connection that is lost, the others none. */
  const everything = (): Promise<Outcome>[] => [
    timed(() => fetch(`${app.url}/health/ready`)),
    ...Array.from({ length: 15 }, () => timed(() => ana.call('GET', '/v1/resources/logs'))),
    ...Array.from({ length: 15 }, (_, index) =>
      timed(() => ana.call('POST', '/v1/resources/logs', { task: `log ${index}`, start: 1_750_000_000 })),
    ),
    ...Array.from({ length: 10 }, (_, index) => {
      const { event, body } = tellStory(index).steps[0]!;
      return timed(() => deliver(app.url, event, body));
    }),
  ];

  it('is told to everybody with 503 within five seconds, and found again by itself', async () => {
    await Promise.all(Array.from({ length: 15 }, () => ana.expect(200, 'GET', '/v1/resources/logs')));
    for (let time = 0; time < sized(1, 3); time += 1) {
      // Half of them are on their way when it happens, the others come later.
      const first = everything().slice(1);
      await proxy.become('black-hole');
      const late = everything();
      await sleep(1000);
      const later = everything();
      const outcomes = await Promise.all([...late, ...later]);
      const early = await Promise.all(first);
      const slowest = Math.max(...[...outcomes, ...early].map(({ milliseconds }) => Math.round(milliseconds)));
      console.log(`${outcomes.length} requests, the slowest took ${slowest} ms`);
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([503]));
      expect(early.map(({ status }) => status).filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
      expect(slowest).toBeLessThan(PATIENCE_MILLISECONDS + GRACE_MILLISECONDS);
      expect(app.isRunning()).toBe(true);

      await proxy.become('pass');
      await eventually('it is ready again', 10, isReady);
      const again = await Promise.all(Array.from({ length: 15 }, () => ana.call('GET', '/v1/resources/logs')));
      expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]));
    }
    const { event, body } = tellStory(1000).steps[0]!;
    expect((await deliver(app.url, event, body)).status).toBe(200);
    await faults.settle();
    await expectSound(faults.world);
  }, 300_000);

  it('is told from one that works: a statement may take longer', async () => {
    const blocker = await faults.world.database.connect();
    await blocker.query('begin; lock table time_entries in access exclusive mode');
    const reading = timed(() => ana.call('GET', '/v1/resources/logs'));
    await sleep(PATIENCE_MILLISECONDS);
    await blocker.query('rollback');
    blocker.release();
    const { status, milliseconds } = await reading;
    expect([status, milliseconds >= PATIENCE_MILLISECONDS]).toEqual([200, true]);
  }, 300_000);
});
