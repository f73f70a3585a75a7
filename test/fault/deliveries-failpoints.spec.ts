import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

describe('deliveries when the process dies', () => {
  let faults: DeliveryFaults;

  beforeAll(async () => {
    faults = await DeliveryFaults.open();
    await faults.poison();
  });

  afterEach(() => Promise.all(faults.world.apps.filter((app) => app.isRunning()).map((app) => app.stop('SIGKILL'))));
  afterAll(() => faults.close());

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

  /** It was readable at the door, and is not any more. */
  const leaveUnreadable = () =>
    faults.world.query(
      `insert into deliveries (provider, event, workspace_id, external_id, dedup_key, content_hash, raw)
       values ('clockify', 'manual', 'w', $1, sha256($2), sha256($2), $3)`,
      [nextId(), Buffer.from(nextId()), Buffer.from('{"id": "what"}')],
    );

  const countOf = (where: string) => faults.world.value<number>(`select count(*)::int from deliveries where ${where}`);

  it.each(PLACES)(
    'at %s, are kept and told once all the same',
    async (place) => {
      const before = { dead: await countOf(`state = 'dead'`), rejected: await countOf(`state = 'rejected'`) };
      let url = (await faults.start({ failpoints: [place] })).url;
      const doomed = faults.world.apps.at(-1)!;
      const driver = new DeliveryDriver(() => url);
      const driven = driver.drive(4);
      const twice = delivery({ description: 'Planning' });
      const trouble = (async () => {
        await driver.send({ event: 'manual', body: delivery({ description: 'poison' }) });
        await leaveUnreadable();
        await driver.send({ event: 'manual', body: twice });
        await driver.send({ event: 'manual', body: twice });
        await driver.send({ event: 'manual', body: { ...twice, description: 'Something else' } });
      })();
      await eventually('it is dead', 30, () => !doomed.isRunning());
      url = (await faults.start()).url;
      driver.stop();
      await Promise.all([driven, trouble]);
      await faults.settle();
      await faults.expectTold(driver);
      expect({ dead: await countOf(`state = 'dead'`), rejected: await countOf(`state = 'rejected'`) }).toEqual({
        dead: before.dead + 1,
        rejected: before.rejected + 1,
      });
      expect(await faults.told('delivery.dead')).toBe(before.dead + 1);
    },
    90_000,
  );
});
