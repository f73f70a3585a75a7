import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDriver, tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually } from '../support/oracle.js';
import { sized } from '../support/size.js';
import { delivery, nextId } from '../support/webhooks.js';

const MOST_ATTEMPTS = 5;
/** Minutes before another try: long enough for everybody else to be done. */
const LONG_WAITS = 30;

interface Row {
  event: string;
  state: string;
  attempts: number;
  error: string | null;
}

describe('a delivery that is poison', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open({ testControl: { leaseSeconds: 1 } });
    await faults.poison();
  });

  afterEach(() => faults.close());

  const value = (text: string, values: unknown[] = []) => faults.world.value<number>(text, values);
  const rowsOf = (externalId: string) =>
    faults.world.query<Row>('select event, state, attempts, error from deliveries where external_id = $1 order by id', [
      externalId,
    ]);

  /** Told of once: a row of the error log and a mail. */
  async function expectBuried(externalId: string, error: string): Promise<void> {
    expect(await rowsOf(externalId)).toMatchObject([
      { event: 'manual', state: 'dead', error: expect.stringContaining(error) },
      { event: 'edit', state: 'done', attempts: 1 },
    ]);
    const [dead] = await faults.world.query<{ id: string; occurrences: number }>(
      `select d.id, e.occurrences from deliveries d join error_log e on e.code = 'DELIVERY.DEAD' and e.detail ->> 'delivery' = d.id::text
       where d.external_id = $1`,
      [externalId],
    );
    expect(dead).toMatchObject({ occurrences: 1 });
    const mails = `select count(*)::int from mail_outbox where effect_key like $1`;
    expect(await faults.world.value(mails, [`delivery/${dead!.id}/dead/%`])).toBe(1);
    const [session] = await faults.world.query('select description from time_entries where external_id = $1', [
      externalId,
    ]);
    expect(session).toEqual({ description: 'mended' });
  }

  const sendPoison = async (driver: DeliveryDriver, description: string): Promise<string> => {
    const id = nextId();
    await driver.send({ event: 'manual', body: delivery({ id, description }) });
    await driver.send({ event: 'edit', body: delivery({ id, description: 'mended' }) });
    return id;
  };

  it('is given up after its tries, whether it fails or drags on, and holds nobody up', async () => {
    const app = await faults.start({ retryScale: LONG_WAITS });
    const driver = new DeliveryDriver(() => app.url);
    const stories = Array.from({ length: Math.ceil(sized(100, 1000) / 3.5) }, (_, index) => tellStory(index));
    const middle = Math.floor(stories.length / 2);
    await Promise.all(stories.slice(0, middle).map((story) => driver.tell(story)));
    const poisons = [await sendPoison(driver, 'poison'), await sendPoison(driver, 'slow poison')] as const;
    await Promise.all(stories.slice(middle).map((story) => driver.tell(story)));

    const openOthers = `select count(*)::int from deliveries
      where state in ('pending', 'processing') and external_id <> all($1)`;
    await eventually('the others are worked off', 60, async () => (await value(openOthers, [poisons])) === 0);
    expect(await value(`select count(*)::int from deliveries where state = 'dead'`)).toBe(0);
    await eventually('they are given up', 30, async () => {
      await faults.world.query(`update deliveries set next_at = now() where state = 'pending'`);
      return (await value(`select count(*)::int from deliveries where state = 'dead'`)) === poisons.length;
    });
    await faults.settle();
    await faults.expectTold(driver, stories);
    await expectBuried(poisons[0], 'poisoned');
    await expectBuried(poisons[1], 'poisoned slowly');
    for (const id of poisons) expect((await rowsOf(id))[0]!.attempts).toBe(MOST_ATTEMPTS);
  }, 300_000);

  it('of which its worker dies is given up after as many deaths, and the others are worked off', async () => {
    let app = await faults.start();
    const driver = new DeliveryDriver(() => app.url);
    const stories = Array.from({ length: 20 }, (_, index) => tellStory(index));
    await Promise.all(stories.slice(0, 10).map((story) => driver.tell(story)));
    const deadly = await sendPoison(driver, 'deadly');
    const isInHand = async () =>
      (await faults.world.value<number>(`select count(*)::int from pg_stat_activity where wait_event = 'PgSleep'
        and datname = current_database()`)) > 0;
    for (let death = 1; death <= MOST_ATTEMPTS; death += 1) {
      await eventually('it is in hand', 20, isInHand);
      await app.stop('SIGKILL');
      await faults.world.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where wait_event = 'PgSleep' and datname = current_database()`);
      app = await faults.start();
    }
    await Promise.all(stories.slice(10).map((story) => driver.tell(story)));
    await faults.settle();
    await faults.expectTold(driver, stories);
    await expectBuried(deadly, 'Its worker ended while it was worked off.');
  }, 300_000);
});
