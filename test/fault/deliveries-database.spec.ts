import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDriver, tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually, within } from '../support/oracle.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { seededRandom } from '../support/random.js';
import { sized } from '../support/size.js';
import { deliver } from '../support/webhooks.js';

const CONNECTIONS = 20;
const DOWN_MILLISECONDS = 3000;
const READY_SECONDS = 10;

describe('deliveries while PostgreSQL goes away', () => {
  let postgres: OwnPostgres;
  let faults: DeliveryFaults;

  beforeEach(async () => {
    postgres = await OwnPostgres.create();
    faults = await DeliveryFaults.open({ testDatabase: postgres.database });
  });

  afterEach(() => faults.close());

  const isReady = async (url: string) => (await fetch(`${url}/health/ready`)).ok;

  it(
    'are refused with 503 while it is dead, and of those that were taken none is lost',
    async () => {
      const app = await faults.start();
      const driver = new DeliveryDriver(() => app.url);
      const driven = driver.drive(CONNECTIONS);
      const enough = sized(400, 10_000);
      await eventually('half is delivered', 60, () => driver.acked.length >= enough / 2);

      await postgres.killAll();
      await sleep(100);
      const begun = tellStory(1_000_000).steps[0]!;
      const taken = driver.acked.length;
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          await sleep((index * DOWN_MILLISECONDS) / 20);
          return deliver(app.url, begun.event, begun.body);
        }),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      expect(answers.every(({ headers }) => Number(headers.get('retry-after')) >= 1)).toBe(true);
      expect(driver.acked.length).toBe(taken);
      expect(await isReady(app.url)).toBe(false);
      await postgres.start();
      await within('it is ready again', READY_SECONDS, () => isReady(app.url));

      await eventually('enough is delivered', 60, () => driver.acked.length >= enough);
      driver.stop();
      await driven;
      expect(app.isRunning()).toBe(true);
      expect([new Set(driver.refusals.map(({ status }) => status)), driver.broken]).toEqual([new Set([503]), 0]);
      expect(driver.refusals.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
      await faults.settle();
      await faults.expectTold(driver);
    },
    sized(300_000, 1_800_000),
  );

  it(
    'are all kept while it restarts and its connections are cut at random',
    async () => {
      const random = seededRandom('deliveries-database');
      const app = await faults.start();
      const driver = new DeliveryDriver(() => app.url);
      const driven = driver.drive(CONNECTIONS);
      const cutting = cutConnections(random);
      for (let restart = 0; restart < sized(2, 25); restart += 1) {
        await sleep(800 + random() * 700);
        await postgres.restart();
      }
      await eventually('enough is delivered', 60, () => driver.acked.length >= sized(400, 10_000));
      await cutting.stop();
      driver.stop();
      await driven;
      expect(app.isRunning()).toBe(true);
      expect(driver.broken).toBe(0);
      expect(new Set(driver.refusals.map(({ status }) => status))).toEqual(new Set([503]));
      await faults.settle();
      await faults.expectTold(driver);
      console.log(
        `${driver.acked.length} deliveries, ${driver.refusals.length} refused, ${cutting.count()} connections cut`,
      );
    },
    sized(300_000, 1_800_000),
  );

  /** One of the application's connections every 200 ms. */
  function cutConnections(random: () => number) {
    const stopping = new AbortController();
    let cut = 0;
    const cutOne = async () => {
      const pids = await faults.world.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and application_name like 'timesheet%'`,
      );
      const one = pids[Math.floor(random() * pids.length)];
      if (one === undefined) return;
      await faults.world.query('select pg_terminate_backend($1)', [one.pid]);
      cut += 1;
    };
    const done = (async () => {
      while (!stopping.signal.aborted) {
        await sleep(200);
        // It is away itself now and then.
        await cutOne().catch(() => undefined);
      }
    })();
    return {
      count: () => cut,
      stop: () => {
        stopping.abort();
        return done;
      },
    };
  }
});
