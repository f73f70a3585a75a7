import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryNotes } from '../../src/webhooks/delivery-notes.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { delivery, nextId } from '../support/webhooks.js';

describe('a repeated delivery', () => {
  let world: DeliveryWorld;

  beforeAll(async () => {
    world = await DeliveryWorld.open();
  });

  afterAll(() => world.close());

  const subjects = async (externalId: string) =>
    (
      await world.app.database.query<{ subject: string }>(
        `select subject from mail_outbox m where m::text like $1 and kind in ('session.duplicate', 'session.conflict')`,
        [`%${externalId}%`],
      )
    ).map(({ subject }) => subject.replace(/ \([^)]*\)$/, ''));
  const by = (name: string) => ({ user: { id: nextId(), name, status: 'ACTIVE' } });

  it('is told once the first was worked off: by then it is known whose it is', async () => {
    const body = delivery({ id: nextId(), ...by('Nora New') });
    await world.send('manual', body);
    expect(await world.send('manual', body)).toMatchObject({ status: 'duplicate' });
    expect(await world.app.get(DeliveryNotes).noteSome()).toBe(0);
    await world.work();
    expect(await subjects(body.id as string)).toEqual(['Clockify - ERROR: Sesión ya existe - Nora New -']);
  });

  it('that contradicts a first one which still waits is told by the name that it says itself', async () => {
    const body = delivery({ id: nextId(), ...by('Otto Other') });
    await world.send('manual', body);
    expect(await world.send('manual', { ...body, description: 'else' })).toMatchObject({ status: 'conflict' });
    expect(await world.app.get(DeliveryNotes).noteSome()).toBe(1);
    expect(await subjects(body.id as string)).toEqual([expect.stringContaining('Otto Other') as string]);
  });
});
