import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { EntryReadWorker } from '../../src/sync/entry-read-worker.js';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { ClockifyApp, type Caller } from '../support/clockify.js';
import { EVENTS, EVENT_TYPES, TOKENS, TOKEN_ENV } from '../support/webhooks.js';

interface Session {
  description: string;
  is_running: boolean;
  ended_at: Date | null;
  deleted_at: Date | null;
  review_status: string;
}

describe('a workspace of Clockify that delivers what happens', () => {
  let world: ClockifyApp;
  let admin: Caller;
  let ana: ClockifyUser;

  beforeEach(async () => {
    world = await ClockifyApp.start({ env: { ...TOKEN_ENV, ROLE: 'api' } });
    admin = await world.addCaller('boss');
    ana = world.addMember('Ana');
    for (const event of EVENTS) await subscribe(event);
  });

  afterEach(() => world.close());

  /** As an administrator does it in Clockify; the token is the one our environment has. */
  async function subscribe(event: (typeof EVENTS)[number]): Promise<void> {
    const { webhooks, model } = world.clockify;
    const workspace = model.workspaces.get(world.workspaceId)!;
    const webhook = webhooks.create(world.boss, workspace, {
      name: event,
      url: `${world.app.url}/webhook/clockify/${event}`,
      webhookEvent: EVENT_TYPES[event],
      triggerSource: [workspace.id],
    });
    webhook.authToken = TOKENS[event];
  }

  const work = () => world.app.get(DeliveryWorker).processDue();
  const sessionOf = async (id: string): Promise<Session | undefined> => {
    const [row] = await world.app.database.query<Session>(
      'select description, is_running, ended_at, deleted_at, review_status from time_entries where external_id = $1',
      [id],
    );
    return row;
  };

  it('is followed within a second, also when each delivery comes twice', async () => {
    const id = world.clockify.startInApp({ user: ana, description: 'Planning' });
    await world.clockify.webhooks.deliver({ copies: 2 });
    await work();
    expect(await sessionOf(id)).toMatchObject({ is_running: true, description: 'Planning' });
    world.clock.advance(3_600_000);
    world.clockify.stopInApp(id);
    world.clockify.editInApp(id, { description: 'Planning, done' });
    await world.clockify.webhooks.deliver({ copies: 2 });
    await work();
    expect(await sessionOf(id)).toMatchObject({ is_running: false, description: 'Planning, done' });
    world.clockify.deleteInApp(id);
    await world.clockify.webhooks.deliver({ copies: 2 });
    await work();
    expect((await sessionOf(id))!.deleted_at).not.toBeNull();
    const states = await world.app.database.query<{ state: string }>('select distinct state from deliveries');
    expect(states.map(({ state }) => state).sort()).toEqual(['done', 'duplicate']);
  });

  it('is asked about an entry of which something was missed, where an integration covers it', async () => {
    const connected = await world.connect(admin, world.boss, { scope: 'workspace' });
    expect(connected.status).toBe(201);
    const id = world.clockify.startInApp({ user: ana, description: 'Lost on the way' });
    world.clockify.webhooks.pending.length = 0;
    world.clock.advance(3_600_000);
    world.clockify.stopInApp(id);
    const [end] = world.clockify.webhooks.pending.splice(0);
    world.clockify.editInApp(id, { description: 'As it is now' });
    world.clockify.webhooks.pending.splice(0, Infinity, end!);
    await world.clockify.webhooks.deliver();
    await work();
    expect(await sessionOf(id)).toMatchObject({ description: 'Lost on the way' });
    expect(await world.app.database.query('select external_id, reason from entry_reads')).toEqual([
      { external_id: id, reason: 'out_of_order' },
    ]);
    expect(await world.app.get(EntryReadWorker).readDue()).toBe(1);
    expect(await sessionOf(id)).toMatchObject({ description: 'As it is now', is_running: false });
    expect(await world.app.database.query('select 1 from entry_reads')).toEqual([]);
  });

  it('is not asked where nobody’s key covers the entry', async () => {
    const id = world.clockify.startInApp({ user: ana, description: 'x' });
    world.clockify.webhooks.pending.length = 0;
    world.clock.advance(60_000);
    world.clockify.stopInApp(id);
    await world.clockify.webhooks.deliver();
    await work();
    expect(await world.app.database.query('select 1 from entry_reads')).toEqual([]);
  });
});
