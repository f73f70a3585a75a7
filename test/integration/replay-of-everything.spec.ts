import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyReplay } from '../../src/cli/replay-verification.js';
import { OvertimeMonitor } from '../../src/sessions/overtime-monitor.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { addPerson, type Person } from '../support/people.js';
import { bearer } from '../support/phones.js';
import { deliver, delivery, nextId, running, WORKSPACE } from '../support/webhooks.js';

describe('replay --verify makes again', () => {
  let world: DeliveryWorld;
  let ana: Person;

  beforeEach(async () => {
    world = await DeliveryWorld.open();
    ana = await addPerson(world.app, 'ana');
  });

  afterEach(() => world.close());

  const expectEqual = async (compared: number) => {
    const { config, secrets, databaseUrl } = world.app;
    const runtime = { config, secrets, databaseUrl, close: async () => {} };
    const report = await verifyReplay(runtime, undefined, () => {});
    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({ compared, leftOut: 0, differenceCount: 0 });
  };

  it('the workouts of a phone, by the zone in which they were told', async () => {
    const send = async (workouts: object[]) => {
      const answer = await fetch(`${world.app.url}/webhooks/health`, {
        method: 'POST',
        headers: { ...bearer(ana), 'content-type': 'application/json' },
        body: JSON.stringify({ data: { workouts } }),
      });
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
      await world.work();
    };
    const at = (hour: number, id: string) => ({
      id,
      name: 'Outdoor Run',
      start: `2026-05-01 ${hour}:00:00 +0200`,
      end: `2026-05-01 ${hour}:30:00 +0200`,
    });
    const moveTo = (zone: string) =>
      world.app.database.execute('update users set time_zone = $2 where id = $1', [ana.id, zone]);
    await moveTo('Europe/Madrid');
    await send([at(10, 'a'), at(11, 'b')]);
    await moveTo('Asia/Tokyo');
    await send([at(11, 'b'), { ...at(12, 'a'), name: 'moved' }, at(13, 'c')]);
    await expectEqual(3);
    const zones = await world.app.database.query<{ zone: string }>(
      'select distinct time_zone as zone from time_entries order by 1',
    );
    expect(zones.map(({ zone }) => zone)).toEqual(['Europe/Madrid', 'UTC']);
  });

  it('what deliveries left out and was known of the account, also when the account has gone since', async () => {
    const [integration] = await world.app.database.query<{ id: number }>(
      `insert into integrations (user_id, provider, name, account_id, workspace_id, time_zone, credentials, credentials_key_id)
       values ($1, 'clockify', 'Clockify', '5a0ab5acb07987125438b60f', $2, 'America/Lima', '\\x00', 'k1') returning id`,
      [ana.id, WORKSPACE],
    );
    await world.app.database.execute(
      `insert into projects (integration_id, external_id, name, search_key) values ($1, '25b687e29ae1f428e7ebe123', 'Here', 'here')`,
      [integration!.id],
    );
    const id = nextId();
    const timeInterval = { timeZone: undefined };
    await world.send('manual', delivery({ id, project: null, timeInterval }));
    await world.send('edit', delivery({ id, project: null, description: 'later', timeInterval }));
    await world.work();
    expect(await world.sessionOf(id)).toMatchObject({ project_name: 'Here', time_zone: 'America/Lima' });
    await world.app.database.execute('update integrations set removed_at = now(), credentials = null where id = $1', [
      integration!.id,
    ]);
    await expectEqual(1);
  });

  it('what the monitor has found to be in overtime', async () => {
    const id = nextId();
    const start = new Date(Date.now() - 6 * 3_600_000).toISOString();
    await world.send('start', running({ id, timeInterval: { start } }));
    await world.work();
    // Deliveries find it themselves, but for what has gone on since.
    await world.app.database.execute('update time_entries set is_overtime = false');
    await world.app.get(OvertimeMonitor).run();
    const commands = await world.app.database.query(`select change ->> 'kind' as kind from ledger_commands`);
    expect(commands).toEqual([{ kind: 'overrun' }]);
    await expectEqual(1);
  });

  it('what was removed and restored', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    await world.send('delete', delivery({ id }));
    const headers = { 'clockify-webhook-event-type': 'TIME_ENTRY_RESTORED' };
    const path = '/webhook/clockify';
    expect((await deliver(world.app.url, 'edit', delivery({ id }), { path, headers })).status).toBe(200);
    await world.work();
    expect(await world.sessionOf(id)).toMatchObject({ deleted_at: null });
    await expectEqual(1);
  });
});
