import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { delivery, nextId } from '../support/webhooks.js';

type Apply = TimeEntriesService['apply'];

describe('a delivery', () => {
  let world: DeliveryWorld;

  beforeAll(async () => {
    world = await DeliveryWorld.open();
  });

  afterAll(() => world.close());
  afterEach(() => vi.restoreAllMocks());

  /** Stands in for the ledger's writer, which `instead` may call. */
  function replaceApply(instead: (call: Parameters<Apply>, apply: () => ReturnType<Apply>) => ReturnType<Apply>) {
    const service = world.app.get(TimeEntriesService);
    const apply = service.apply.bind(service);
    return vi.spyOn(service, 'apply').mockImplementation((...call) => instead(call, () => apply(...call)));
  }

  describe('that cannot be worked off', () => {
    let poison: string;

    let apply: ReturnType<typeof replaceApply>;

    beforeEach(() => {
      poison = nextId();
      apply = replaceApply(([changes], applyThem) => {
        const isPoisoned = changes.some((change) => 'key' in change && change.key.externalId === poison);
        return isPoisoned ? Promise.reject(new TypeError('a fault of ours')) : applyThem();
      });
    });

    it('is tried five times and given up with one mail, and all the others are worked off', async () => {
      const ids = Array.from({ length: 60 }, () => nextId());
      ids.splice(30, 0, poison);
      for (const id of ids) await world.send('manual', delivery({ id }));
      await world.send('edit', delivery({ id: poison, description: 'later' }));
      await world.work();
      const states = await world.app.database.query<{
        external_id: string;
        state: string;
        attempts: number;
        error: string;
      }>('select external_id, state, attempts, error from deliveries where external_id = any($1) and event = $2', [
        ids,
        'manual',
      ]);
      expect(states.filter(({ state }) => state === 'done')).toHaveLength(60);
      expect(states.filter(({ state }) => state !== 'done')).toEqual([
        { external_id: poison, state: 'dead', attempts: 5, error: 'a fault of ours' },
      ]);
      const dead = await world.app.database.query(
        `select occurrences from error_log where code = 'DELIVERY.DEAD' and detail ->> 'event' = 'manual'`,
      );
      expect(dead).toEqual([{ occurrences: 1 }]);
      const [row] = await world.deliveriesOf(poison);
      expect((await world.mailsAbout(`delivery/${row!.id}/dead`)).map(({ kind }) => kind)).toEqual(['delivery.dead']);
    });

    it('is not overtaken by the next of its entry while it is tried, and does not block it for ever', async () => {
      await world.send('manual', delivery({ id: poison }));
      await world.send('edit', delivery({ id: poison, description: 'later' }));
      await world.work();
      const rows = await world.deliveriesOf(poison);
      expect(rows.map(({ state }) => state)).toEqual(['dead', 'dead']);
      const told = apply.mock.calls.flatMap(([changes]) =>
        changes.map((change) => (change as { event: string }).event),
      );
      expect(told).toEqual([...Array.from({ length: 5 }, () => 'manual'), ...Array.from({ length: 5 }, () => 'edit')]);
    });
  });

  it('goes to the error log as rejected, at once, when the ledger says that it cannot be', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    await world.app.database.execute(
      `update deliveries set raw = convert_to(replace(convert_from(raw, 'UTF8'), 'T14:00:00Z', 'T12:00:00Z'), 'UTF8')
       where external_id = $1`,
      [id],
    );
    await world.work();
    expect(await world.deliveriesOf(id)).toMatchObject([{ state: 'rejected', attempts: 1 }]);
    expect(await world.errorsAbout(id)).toMatchObject([{ code: 'WEBHOOK.INVALID', occurrences: 1 }]);
  });

  it('is given back, without counting a try, when the database goes away meanwhile', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    const away = Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' });
    replaceApply(() => Promise.reject(away));
    await expect(world.work()).rejects.toThrow('terminating connection');
    expect(await world.deliveriesOf(id)).toMatchObject([{ state: 'processing' }]);
    vi.restoreAllMocks();
    await world.work();
    expect(await world.deliveriesOf(id)).toMatchObject([{ state: 'done', attempts: 1 }]);
  });

  it('is undone as a whole when another worker has taken it over', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    replaceApply(async (_call, applyThem) => {
      await world.app.database.execute('update deliveries set lease_token = gen_random_uuid() where external_id = $1', [
        id,
      ]);
      return applyThem();
    });
    await world.work();
    expect(await world.sessionOf(id)).toBeUndefined();
    expect(await world.deliveriesOf(id)).toMatchObject([{ state: 'processing', applied_order: null }]);
  });
});
