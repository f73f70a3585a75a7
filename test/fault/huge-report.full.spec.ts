import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDriver } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { deliverAtPace, figureOf, MemoryWatch, quantile } from '../support/pace.js';
import { sized } from '../support/size.js';

const SESSIONS = sized(15_000, 200_000);
const PER_SECOND = sized(40, 100);
const LAG_SECONDS = 0.2;
const MEGABYTES = 512;
const TAKEN_MILLISECONDS = 1000;
const FIRST = Date.UTC(2026, 0, 1) / 1000;
const EVERY_SECONDS = 120;

describe('a huge report while deliveries come', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open();
  });

  afterEach(() => faults.close());

  it(
    'keeps neither the deliveries nor the process from their pace, and is whole',
    async () => {
      const { world } = faults;
      const app = await faults.start();
      const ana = await world.addUser('ana');
      await world.query(
        `insert into time_entries (user_id, source, started_at, ended_at, binnacle_sequence, binnacle_head, created_at, modified_at)
       select u.id, 'local', at, at + interval '1 minute', 0, '', at, at from users u,
         (select to_timestamp($1 + n * $2::int) as at from generate_series(0, $3::int - 1) n) moments where u.username = 'ana'`,
        [FIRST, EVERY_SECONDS, SESSIONS],
      );
      const driver = new DeliveryDriver(() => app.url);
      const memory = new MemoryWatch(app);
      let isOver = false;
      const delivering = deliverAtPace(driver, app.url, PER_SECOND, () => isOver);
      await sleep(1000);
      await figureOf(app, 'nodejs_eventloop_lag_p99_seconds');
      const begun = performance.now();
      const report = (format: string) =>
        fetch(`${app.url}/v1/resources/reports?format=${format}&from=${FIRST}&to=${FIRST + SESSIONS * EVERY_SECONDS}`, {
          headers: { authorization: `Bearer ${ana.token}` },
        });
      const workbook = await report('xlsx');
      const bytes = (await workbook.arrayBuffer()).byteLength;
      const seconds = (performance.now() - begun) / 1000;
      const lag = await figureOf(app, 'nodejs_eventloop_lag_p99_seconds');
      const most = await memory.end();
      const answer = await report('csv');
      const lines = (await answer.text()).trim().split('\n').length;
      isOver = true;
      const taken = quantile(await delivering, 0.99);
      console.log(
        `${SESSIONS} sessions in ${seconds.toFixed(1)} s (${bytes} bytes): lag p99 ${Math.round(lag * 1000)} ms, deliveries p99 ${Math.round(taken)} ms, ${Math.round(most)} MB`,
      );
      expect([answer.status, workbook.status]).toEqual([200, 200]);
      expect(lines).toBeGreaterThanOrEqual(SESSIONS);
      expect(lag).toBeLessThan(LAG_SECONDS);
      expect(most).toBeLessThan(MEGABYTES);
      expect(taken).toBeLessThan(TAKEN_MILLISECONDS);
      await faults.settle(sized(60, 600));
    },
    sized(120_000, 1_200_000),
  );
});
