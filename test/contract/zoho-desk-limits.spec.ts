import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { useQuotas } from '../support/quotas.js';
import { startDesk, type DeskWorld } from '../support/zoho-desk.js';
import { at, draftOf, errorOf, MINUTE, NOW } from './support.js';

describe('the limits of Zoho Desk', () => {
  const quotas = useQuotas();
  let clock: FixedClock;
  let world: DeskWorld;

  beforeEach(async () => {
    clock = new FixedClock(NOW);
    world = await startDesk({ clock, quotas: quotas.of(clock) });
  });
  afterEach(() => world.simulator.stop());

  const list = () => world.provider.listEntries(world.connection, { from: at('08:00:00'), to: at('18:00:00') });
  const create = () => world.provider.createEntry(world.connection, draftOf({ projectExternalId: world.ticketId }));

  it('are told as the last answer had them, until the day may have ended', async () => {
    const known = () => world.provider.quotas(world.connection);
    expect(await known()).toEqual([]);
    await list();
    const resetsAt = new Date(NOW.getTime() + 30 * MINUTE);
    expect(await known()).toEqual([
      {
        bucket: 'credits',
        remaining: 99_994,
        limit: null,
        resetsAt,
        unit: 'credits',
        callCost: 3,
        reserve: 18,
        isAsked: false,
      },
    ]);
    clock.advance(30 * MINUTE);
    expect(await known()).toEqual([]);
  });

  it('of the day are waited for until they open, those of the moment only shortly', async () => {
    world.simulator.credits.perDay = 0;
    const day = await errorOf(list());
    expect([day.kind, day.retryAt]).toEqual(['quota', new Date('2026-03-03T00:00:00Z')]);
    await quotas.endPauses();
    world.simulator.credits.perDay = 100;
    world.simulator.busyCalls = 1;
    const moment = await errorOf(create());
    expect([moment.kind, moment.retryAt]).toEqual(['quota', new Date(NOW.getTime() + 15_000)]);
    await quotas.endPauses();
    world.simulator.busyCalls = 2;
    expect(await list()).toEqual([]);
  });
});
