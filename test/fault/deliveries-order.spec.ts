import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDriver, tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { expectSound } from '../support/oracle.js';
import { seededRandom, shuffled } from '../support/random.js';
import { sized } from '../support/size.js';

const AT_ONCE = 10;
const WITH_REMOVAL = ['start', 'edit', 'edit', 'end', 'delete'] as const;
const WITHOUT_REMOVAL = ['start', 'edit', 'edit', 'end'] as const;

interface Ending {
  sessions: number;
  live: number;
  running: number;
}

describe('deliveries out of their order, each of them twice, at two replicas', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open();
  });

  afterEach(() => faults.close());

  const endingsOf = (externalIds: readonly string[]) =>
    faults.world.query<Ending & object>(
      `select count(e.id)::int as sessions,
         count(e.id) filter (where e.deleted_at is null)::int as live,
         count(e.id) filter (where e.deleted_at is null and (e.ended_at is null or e.is_running))::int as running
       from unnest($1::text[]) with ordinality as s (external_id, place)
       left join time_entries e on e.source = 'clockify' and e.external_id = s.external_id
       group by s.place order by s.place`,
      [externalIds],
    );

  it('leave what was removed removed, and what was ended ended', async () => {
    const random = seededRandom('deliveries-order');
    const replicas = await Promise.all([faults.start(), faults.start()]);
    const driver = new DeliveryDriver(() => replicas[Math.floor(random() * replicas.length)]!.url);
    const stories = Array.from({ length: sized(30, 240) }, (_, index) =>
      tellStory(index, index % 2 === 0 ? WITH_REMOVAL : WITHOUT_REMOVAL),
    );
    for (let from = 0; from < stories.length; from += AT_ONCE) {
      const wave = stories.slice(from, from + AT_ONCE);
      await Promise.all(
        wave.flatMap(({ steps }) => shuffled([...steps, ...steps], random).map((step) => driver.send(step))),
      );
    }
    expect([driver.refusals, driver.broken]).toEqual([[], 0]);
    await faults.settle();
    await expectSound(faults.world, { acked: driver.acked });
    const endings = await endingsOf(stories.map(({ externalId }) => externalId));
    const removed = endings.filter((_, index) => index % 2 === 0);
    expect(removed.filter(({ live, sessions }) => live > 0 || sessions > 1)).toEqual([]);
    const ended = endings.filter((_, index) => index % 2 === 1);
    expect(ended.filter(({ live, running }) => live !== 1 || running > 0)).toEqual([]);
  }, 300_000);
});
