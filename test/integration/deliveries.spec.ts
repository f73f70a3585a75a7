import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeopleService } from '../../src/users/people.service.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { delivery, nextId, running } from '../support/webhooks.js';

const interval = (start: string, end: string | null) => ({
  start: `2026-07-20T${start}:00Z`,
  end: end && `2026-07-20T${end}:00Z`,
});

describe('what was delivered', () => {
  let world: DeliveryWorld;

  beforeAll(async () => {
    world = await DeliveryWorld.open();
  });

  afterAll(() => world.close());

  it('opens a session with a start and closes it with its end, and says which delivery it was', async () => {
    const id = nextId();
    const opened = await world.send('start', running({ id }));
    await world.work();
    expect(await world.sessionOf(id)).toMatchObject({ is_running: true, ended_at: null, description: 'Planning' });
    const closed = await world.send('end', delivery({ id }));
    await world.work();
    const session = (await world.sessionOf(id))!;
    expect(session).toMatchObject({
      is_running: false,
      ended_at: new Date('2026-07-20T14:00:00Z'),
      project_name: 'Internal',
      task_name: 'Roadmap',
      tags: ['deep'],
    });
    expect(await world.historyOf(session.id)).toEqual([
      { action: 'created', actor_kind: 'webhook', origin_kind: 'delivery', origin_id: String(opened.delivery) },
      { action: 'ended', actor_kind: 'webhook', origin_kind: 'delivery', origin_id: String(closed.delivery) },
    ]);
    const rows = await world.deliveriesOf(id);
    expect(rows.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(rows[0]!.applied_order!).toBeLessThan(rows[1]!.applied_order!);
    expect(rows[1]!.result).toEqual({ entryId: session.id, outcome: 'changed', note: null });
  });

  it('makes one user of one account, and keeps their name as the service has it', async () => {
    const accountId = nextId();
    const user = { id: accountId, name: 'Ben', status: 'ACTIVE' };
    const ids = Array.from({ length: 5 }, () => nextId());
    for (const id of ids) await world.send('manual', delivery({ id, user, userId: accountId }));
    await world.work();
    await world.send(
      'manual',
      delivery({ user: { ...user, name: 'Benjamin', status: 'INACTIVE' }, userId: accountId }),
    );
    await world.work();
    const owners = new Set(await Promise.all(ids.map(async (id) => (await world.sessionOf(id))!.user_id)));
    expect(owners.size).toBe(1);
    expect(await world.app.get(PeopleService).ownerOf('clockify', accountId)).toBe([...owners][0]);
    const rows = await world.app.database.query('select name, username, email, is_enabled from users where id = $1', [
      ...owners,
    ]);
    expect(rows).toEqual([{ name: 'Benjamin', username: null, email: null, is_enabled: false }]);
  });

  it('is told in the order in which it came, entry by entry', async () => {
    const id = nextId();
    await world.send('start', running({ id }));
    for (const description of ['one', 'two', 'three']) await world.send('edit', running({ id, description }));
    await world.send('end', delivery({ id, description: 'four' }));
    await world.work();
    const session = (await world.sessionOf(id))!;
    expect((await world.historyOf(session.id)).map(({ action }) => action)).toEqual([
      'created',
      'edited',
      'edited',
      'edited',
      'ended',
    ]);
    expect(session.description).toBe('four');
    const orders = (await world.deliveriesOf(id)).map((row) => row.applied_order!);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
  });

  it('is a duplicate where it says what the ledger knows, and back and forth are changes', async () => {
    const id = nextId();
    const a = delivery({ id, description: 'A' });
    await world.send('manual', a);
    for (const description of ['B', 'A', 'A']) await world.send('edit', { ...a, description });
    await world.work();
    expect((await world.deliveriesOf(id)).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'duplicate']);
    expect((await world.sessionOf(id))!.description).toBe('A');
  });

  it('keeps a removed session removed, whatever comes after it', async () => {
    const id = nextId();
    await world.send('delete', delivery({ id }));
    await world.send('start', running({ id }));
    await world.send('end', delivery({ id }));
    await world.work();
    expect((await world.sessionOf(id))!.deleted_at).not.toBeNull();
    expect((await world.deliveriesOf(id)).map(({ result }) => result!.note)).toEqual([
      'unknown_deleted',
      'late',
      'late',
    ]);
  });

  it('is counted in the error log copy by copy, and told by one mail, when a birth is repeated', async () => {
    const id = nextId();
    const body = running({ id });
    await Promise.all(Array.from({ length: 8 }, () => world.send('start', body)));
    await world.work();
    await Promise.all(Array.from({ length: 4 }, () => world.send('manual', body)));
    await world.work();
    await world.work();
    const [error, ...others] = await world.errorsAbout(id);
    expect(others).toEqual([]);
    expect(error).toMatchObject({ code: 'SESSION.DUPLICATE_EXTERNAL_ID', severity: 'warning', occurrences: 11 });
    expect((await world.mailsAbout(id)).map(({ kind }) => kind)).toEqual(['session.started', 'session.duplicate']);
  });

  it('is an error with its differences, and told, when a birth is contradicted; the first is kept', async () => {
    const id = nextId();
    await world.send('start', running({ id }));
    const other = running({ id, description: 'Something else', tags: [] });
    for (let copy = 0; copy < 3; copy += 1) await world.send('start', other);
    await world.work();
    expect((await world.sessionOf(id))!.description).toBe('Planning');
    expect(await world.errorsAbout(id)).toMatchObject([
      {
        code: 'SESSION.CONFLICTING_EXTERNAL_ID',
        severity: 'error',
        occurrences: 3,
        detail: {
          diff: { description: { from: 'Planning', to: 'Something else' }, tags: { from: ['deep'], to: [] } },
        },
      },
    ]);
    expect((await world.mailsAbout(id)).map(({ kind }) => kind)).toEqual(['session.started', 'session.conflict']);
  });

  it('that ends or removes again is counted for information, without a mail', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    for (let copy = 0; copy < 3; copy += 1) await world.send('delete', delivery({ id }));
    await world.work();
    expect(await world.errorsAbout(id)).toMatchObject([{ severity: 'info', occurrences: 2 }]);
    expect((await world.mailsAbout(id)).map(({ kind }) => kind)).toEqual(['session.manual', 'session.deleted']);
  });

  it('is told in the error log when it was rejected at the door', async () => {
    const id = nextId();
    const impossible = delivery({ id, timeInterval: interval('14:00', '13:00') });
    await world.send('end', impossible);
    await world.send('end', impossible);
    await world.work();
    expect(await world.errorsAbout(id)).toMatchObject([{ code: 'WEBHOOK.INVALID', severity: 'error', occurrences: 2 }]);
    expect(await world.sessionOf(id)).toBeUndefined();
  });

  it('about one entry is never in two hands at once', async () => {
    const ids = Array.from({ length: 10 }, () => nextId());
    for (const id of ids) {
      await world.send('start', running({ id }));
      for (let edit = 0; edit < 5; edit += 1) await world.send('edit', running({ id, description: `edit ${edit}` }));
      await world.send('end', delivery({ id, description: 'over' }));
    }
    await Promise.all([world.work(), world.work(), world.work()]);
    await world.work();
    for (const id of ids) {
      const session = (await world.sessionOf(id))!;
      expect(session).toMatchObject({ is_running: false, description: 'over' });
      expect(await world.historyOf(session.id)).toHaveLength(7);
    }
  });
});
