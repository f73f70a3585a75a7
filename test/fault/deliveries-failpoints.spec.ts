import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryDriver } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually } from '../support/oracle.js';
import { delivery, nextId } from '../support/webhooks.js';

const FOLDER = path.resolve(import.meta.dirname, '../../src/webhooks');

/** Wherever the inbox and its worker can be made to die, as their source says. */
const PLACES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .flatMap((name) => [...readFileSync(path.join(FOLDER, name), 'utf8').matchAll(/failpoint\([^']*'([^']+)'\)/g)])
  .map(([, place]) => place!)
  .sort();

/** One world for all: each process takes up what the one before it left when it died, until it dies itself. */
describe('deliveries when the process dies', () => {
  let faults: DeliveryFaults;
  let driver: DeliveryDriver;
  let driven: Promise<void>;
  const troubles: Promise<void>[] = [];

  beforeAll(async () => {
    faults = await DeliveryFaults.open();
    await faults.poison();
    driver = new DeliveryDriver(() => faults.world.apps.at(-1)?.url ?? 'http://127.0.0.1:1');
    driven = driver.drive(4);
  });

  afterAll(async () => {
    driver.stop();
    await faults.close();
  });

  /** It was readable at the door, and is not any more. */
  const leaveUnreadable = () =>
    faults.world.query(
      `insert into deliveries (provider, event, workspace_id, external_id, dedup_key, content_hash, raw)
       values ('clockify', 'manual', 'w', $1, sha256($2), sha256($2), $3)`,
      [nextId(), Buffer.from(nextId()), Buffer.from('{"id": "what"}')],
    );

  /** So that every place is come by. */
  async function makeTrouble(): Promise<void> {
    const twice = delivery({ description: 'Planning' });
    await driver.send({ event: 'manual', body: delivery({ description: 'poison' }) });
    await leaveUnreadable();
    await driver.send({ event: 'manual', body: twice });
    await driver.send({ event: 'manual', body: twice });
    await driver.send({ event: 'manual', body: { ...twice, description: 'Something else' } });
  }

  /** Null where what was left was enough for it to die of before it had answered anybody. */
  const startDoomed = (place: string) =>
    faults.start({ failpoints: [place] }).catch((error: unknown) => {
      if (String(error).includes('ended with SIGKILL')) return null;
      throw error;
    });

  const countOf = (where: string) => faults.world.value<number>(`select count(*)::int from deliveries where ${where}`);

  it('has places to die before and after each commit', () => {
    expect(PLACES).toEqual([
      'delivery.buried',
      'delivery.claimed',
      'delivery.committed',
      'delivery.noted',
      'delivery.postponed',
      'delivery.rejected',
      'delivery.told',
      'inbox.committed',
      'inbox.first_kept',
    ]);
  });

  it.each(PLACES)('at %s, leave it all to the next process', async (place) => {
    troubles.push(makeTrouble());
    const doomed = await startDoomed(place);
    await eventually('it is dead', 30, () => doomed?.isRunning() !== true);
    expect(await countOf('true')).toBeGreaterThan(0);
  });

  it('are kept and told once all the same', async () => {
    await faults.start();
    driver.stop();
    await Promise.all([driven, ...troubles]);
    await faults.settle();
    await faults.expectTold(driver);
    expect(await countOf(`state = 'dead'`)).toBe(PLACES.length);
    expect(await countOf(`state = 'rejected'`)).toBe(PLACES.length);
    expect(await faults.told('delivery.dead')).toBe(PLACES.length);
  });
});
