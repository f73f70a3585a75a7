import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../support/api-client.js';
import { DeliveryDriver } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { sized } from '../support/size.js';
import { Balancer } from '../support/rolling-deploy.js';
import type { ChildApp } from '../support/child-app.js';

const CONNECTIONS = 4;
const CALLERS = 4;
const EXIT_MILLISECONDS = 15_000;
/** Of those who do not ask again. */
const MOST_FAILED = 0.001;
/** No worker dies here: what one leaves behind would stay until the test has given up. */
const LEASE_SECONDS = 600;

interface Calls {
  made: string[];
  count: number;
  failures: string[];
}

describe('replicas that are replaced one after the other under load', () => {
  let faults: DeliveryFaults;
  let replicas: ChildApp[];
  let balancer: Balancer;

  beforeEach(async () => {
    faults = await DeliveryFaults.open({ testControl: { leaseSeconds: LEASE_SECONDS } });
    replicas = await Promise.all([start(), start()]);
    balancer = new Balancer(() => replicas);
    await balancer.open();
  });

  afterEach(async () => {
    await balancer.close();
    await faults.close();
  });

  const start = () => faults.start({}, { SHUTDOWN_DELAY_SECONDS: '1' });

  /** Each is told to stop while it is at work, and its successor starts before the other one has its turn. */
  async function replaceAll(): Promise<void> {
    for (const index of [0, 1]) {
      const { code, milliseconds } = await replicas[index]!.stop('SIGTERM');
      expect([code, milliseconds < EXIT_MILLISECONDS]).toEqual([0, true]);
      replicas = replicas.with(index, await start());
      await sleep(200);
    }
  }

  /** Somebody who writes and reads, and takes every failure to heart. */
  async function call(client: ApiClient, calls: Calls, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const isWrite = calls.count % 5 === 0;
      const task = `log ${(calls.count += 1)}`;
      const body = { task, start: 1_750_000_000 + calls.count * 60, end: 1_750_000_030 + calls.count * 60 };
      const answer = await (
        isWrite ? client.call('POST', '/v1/resources/logs', body) : client.call('GET', '/v1/resources/logs?limit=1')
      ).catch((error: Error) => ({ status: `${error.message} ${String(error.cause)}` }));
      if (answer.status === 201) calls.made.push(task);
      else if (answer.status !== 200) calls.failures.push(`${isWrite ? 'POST' : 'GET'} ${answer.status}`);
      await sleep(5);
    }
  }

  it('fail nobody who asks again and next to nobody else, end in time, and lose nothing they have answered for', async () => {
    const calls: Calls = { made: [], count: 0, failures: [] };
    const client = await faults.world.addUser('ana', () => balancer.url);
    // Knows of no balancer: every other delivery is sent to one that may be gone, and sent again.
    let turn = 0;
    const driver = new DeliveryDriver(() => replicas[(turn += 1) % 2]!.url);
    let isOver = false;
    const driven = driver.drive(CONNECTIONS);
    const called = Array.from({ length: CALLERS }, () => call(client, calls, () => isOver));
    await sleep(500);
    for (let round = 0; round < sized(1, 5); round += 1) await replaceAll();
    isOver = true;
    driver.stop();
    await Promise.all([driven, ...called]);
    console.log(
      `${calls.count} calls, ${calls.failures.length} failed; ${driver.acked.length} deliveries, ${driver.broken} broken, ${driver.refusals.length} refused`,
    );
    expect(calls.failures.length, calls.failures.join('\n')).toBeLessThanOrEqual(calls.count * MOST_FAILED);
    const kept = await faults.world.query<{ description: string }>(
      `select description from time_entries where source = 'local'`,
    );
    const known = new Set(kept.map(({ description }) => description));
    expect(calls.made.filter((task) => !known.has(task))).toEqual([]);
    await faults.settle();
    await faults.expectTold(driver);
  }, 300_000);
});
