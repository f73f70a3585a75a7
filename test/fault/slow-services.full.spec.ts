import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDriver } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually } from '../support/oracle.js';
import { deliverAtPace, figureOf, MemoryWatch, quantile } from '../support/pace.js';

const PER_MINUTE = 5000;
const SECONDS = 60;
const LATENCY_MILLISECONDS = 10_000;
const LOGS = 60;
const MEGABYTES = 512;
const TAKEN_MILLISECONDS = 1000;
const QUEUE_AGE = 'timesheet_oldest_due_push_seconds';

describe('a service that takes ten seconds for each call', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open();
  });

  afterEach(() => faults.close());

  it('makes what is sent there wait, and that alone: deliveries are taken at once, and the queue drains', async () => {
    const { world } = faults;
    const app = await faults.start();
    const ana = await world.addUser('ana');
    const integrationId = await world.connectToggl(ana);
    world.toggl.latencyMilliseconds = LATENCY_MILLISECONDS;
    for (let index = 0; index < LOGS; index += 1) {
      const start = 1_750_000_000 + index * 600;
      const body = { task: `log ${index}`, integration_id: integrationId, start, end: start + 60 };
      await ana.expect(201, 'POST', '/v1/resources/logs', body);
    }
    const driver = new DeliveryDriver(() => app.url);
    const memory = new MemoryWatch(app);
    let isOver = false;
    const delivering = deliverAtPace(driver, app.url, PER_MINUTE / 60, () => isOver);
    const ages: number[] = [];
    for (let second = 0; second < SECONDS; second += 5) {
      await sleep(5000);
      ages.push(await figureOf(app, QUEUE_AGE));
    }
    isOver = true;
    const taken = quantile(await delivering, 0.99);
    const most = await memory.end();
    console.log(
      `${driver.acked.length} deliveries, p99 ${Math.round(taken)} ms, ${Math.round(most)} MB; the oldest push waited ${ages.join(', ')} s`,
    );
    expect(taken).toBeLessThan(TAKEN_MILLISECONDS);
    expect(most).toBeLessThan(MEGABYTES);
    expect(Math.max(...ages)).toBeGreaterThan(LATENCY_MILLISECONDS / 1000);
    world.toggl.latencyMilliseconds = 0;
    const unsent = `select count(*)::int from pushes where state <> 'done'`;
    await eventually('everything is at the service', 120, async () => (await world.value<number>(unsent)) === 0);
    expect(await figureOf(app, QUEUE_AGE)).toBe(0);
    await faults.settle(300);
    await faults.expectTold(driver);
  }, 900_000);
});
