import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { happening, happen, settle, whatIsHere, whatIsThere, type Happening } from '../support/happenings.js';
import { seedOf } from '../support/random.js';
import { sized } from '../support/size.js';
import { ServiceApp, type Member } from '../support/service-app.js';
import { PROVIDERS } from '../contract/support.js';

/** Once doubled: a lost create that was found again, whose next write failed, then a sync. */
const FOUND_AGAIN: Happening[] = [
  { kind: 'log', slot: 0 },
  { kind: 'log', slot: 3 },
  { kind: 'lost-answer', write: 'update' },
  { kind: 'edit', which: 9, text: 'y' },
  { kind: 'lost-log', slot: 34 },
  { kind: 'edit', which: 6, text: 'x' },
  { kind: 'sync' },
];

describe.each(PROVIDERS)('any order of what people, their apps and broken lines do at $name', (subject) => {
  let world: ServiceApp;
  let members = 0;

  beforeAll(async () => {
    // Nothing runs by itself: each happening is one step, so that a run can be repeated from its seed.
    world = await ServiceApp.start(subject, { env: { ROLE: 'api' } });
  });

  afterAll(() => world.close());

  const writesOf = () =>
    world.simulator.calls.filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth/')).length;

  /** One more walk and one more look at the outbox change neither side. */
  async function expectNothingToDo(ana: Member): Promise<void> {
    const versions = `select id, version, external_id from time_entries where integration_id = ${ana.integrationId} order by id`;
    const [before, writes] = [await world.app.database.query(versions), writesOf()];
    await settle(world, ana);
    expect(await world.app.database.query(versions)).toEqual(before);
    expect(writesOf()).toBe(writes);
  }

  it('ends with the ledger and the service holding the same, nothing doubled, and no more to do', async () => {
    const seed = seedOf(`convergence at ${subject.name}`);
    const run = async (happenings: Happening[]): Promise<void> => {
      world.simulator.faults.clear();
      const ana = await world.addMember(`ana${(members += 1)}`);
      for (const what of happenings) await happen(world, ana, what);
      await settle(world, ana);
      const logs = await world.listLogs(ana);
      const here = await whatIsHere(world, ana);
      expect(here).toEqual(whatIsThere(ana));
      expect(new Set(here).size).toBe(here.length);
      expect(logs.map((log) => log.sync.state).filter((state) => state !== 'synced')).toEqual([]);
      await expectNothingToDo(ana);
    };
    await fc.assert(fc.asyncProperty(fc.array(happening(subject), { minLength: 3, maxLength: 14 }), run), {
      seed,
      numRuns: sized(15, 200),
      examples: [[FOUND_AGAIN]],
    });
  }, 600_000);
});
