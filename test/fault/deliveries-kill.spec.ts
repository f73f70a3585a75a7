import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeliveryDriver } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually } from '../support/oracle.js';
import { seededRandom } from '../support/random.js';
import { sized } from '../support/size.js';

const CONNECTIONS = 20;
/** Of a hundred deliveries, so many come twice although the first was answered. */
const COPIES_PERCENT = 5;

describe('deliveries to a server that is killed again and again', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open();
  });

  afterEach(() => faults.close());

  it(
    'are all kept and told once, in their order, with a line of history and a mail each',
    async () => {
      const random = seededRandom('deliveries-kill');
      const [kills, atLeast] = [sized(3, 10), sized(400, 10_000)];
      let url = (await faults.start()).url;
      const driver = new DeliveryDriver(
        () => url,
        () => random() * 100 < COPIES_PERCENT,
      );
      const driven = driver.drive(CONNECTIONS);
      for (let kill = 0; kill < kills; kill += 1) {
        await sleep(200 + random() * 1300);
        await faults.world.apps.at(-1)!.stop('SIGKILL');
        url = (await faults.start()).url;
      }
      await eventually('enough is delivered', 120, () => driver.acked.length >= atLeast);
      driver.stop();
      await driven;
      console.log(`${driver.acked.length} deliveries, ${kills} kills, ${driver.broken} sent again`);
      await faults.settle();
      await faults.expectTold(driver);
      expect(driver.broken).toBeGreaterThan(kills);
    },
    sized(300_000, 1_800_000),
  );
});
