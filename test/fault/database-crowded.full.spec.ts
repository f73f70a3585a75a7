import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import type { ChildApp } from '../support/child-app.js';
import { DeliveryDriver, tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { sized } from '../support/size.js';
import { deliver } from '../support/webhooks.js';

const REQUESTS = 200;
/** Connections of the pool; so many requests may wait for the lock itself. */
const POOL = 10;
const REFUSED_MILLISECONDS = 3000;
const TAKEN_MILLISECONDS = 1000;
/** What a busy machine may add to any of these times. */
const GRACE_MILLISECONDS = 500;

describe('a database all of whose connections are in use', () => {
  let faults: DeliveryFaults;
  let app: ChildApp;
  let ana: ApiClient;
  let blocker: pg.PoolClient;

  beforeEach(async () => {
    faults = await DeliveryFaults.open();
    app = await faults.start();
    ana = await faults.world.addUser('ana');
    blocker = await faults.world.database.connect();
    await blocker.query('begin; lock table time_entries in access exclusive mode');
  });

  afterEach(async () => {
    blocker.release(true);
    await faults.close();
  });

  async function timed<T extends { status: number }>(request: () => Promise<T>) {
    const asked = performance.now();
    const answer = await request();
    return { answer, status: answer.status, milliseconds: performance.now() - asked };
  }

  const read = () =>
    timed(() => fetch(`${app.url}/v1/resources/logs`, { headers: { authorization: `Bearer ${ana.token}` } }));

  it('refuses the rest with 503 within three seconds, and takes deliveries within one', async () => {
    const requests = Array.from({ length: REQUESTS }, read);
    await sleep(200);
    const driver = new DeliveryDriver(() => app.url);
    const times: number[] = [];
    const lane = async (first: number) => {
      for (let index = 0; index < sized(10, 100); index += 1) {
        const story = tellStory(first + index, ['manual']);
        driver.told.push(story);
        const { event, body } = story.steps[0]!;
        const { answer, status, milliseconds } = await timed(() => deliver(app.url, event, body));
        expect(status).toBe(200);
        driver.acked.push({ delivery: answer.body.delivery!, event, externalId: story.externalId });
        times.push(milliseconds);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, index) => lane(index * 1000)));
    await sleep(REFUSED_MILLISECONDS);
    await blocker.query('rollback');

    const outcomes = await Promise.all(requests);
    const refused = outcomes.filter(({ status }) => status === 503);
    const slowest = Math.max(...refused.map(({ milliseconds }) => milliseconds));
    times.sort((a, b) => a - b);
    const taken = times[Math.floor(times.length * 0.99)]!;
    console.log(
      `${refused.length} of ${REQUESTS} refused, the last after ${Math.round(slowest)} ms; deliveries p99 ${Math.round(taken)} ms`,
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(refused.length).toBeGreaterThanOrEqual(REQUESTS - POOL);
    expect(refused.every(({ answer }) => Number(answer.headers.get('retry-after')) >= 1)).toBe(true);
    expect(slowest).toBeLessThan(REFUSED_MILLISECONDS + GRACE_MILLISECONDS);
    expect(taken).toBeLessThan(TAKEN_MILLISECONDS);
    expect((await read()).status).toBe(200);
    await faults.settle();
    await faults.expectTold(driver);
  }, 300_000);
});
