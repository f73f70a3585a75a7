/* oxlint-disable vitest/expect-expect -- `BadInput` is where every case is asserted */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { BadInput, type Answered } from '../support/bad-input.js';
import { mutated } from '../support/hostile.js';
import { seedOf } from '../support/random.js';
import { RouteWorld } from '../support/route-world.js';
import { contentsOf } from '../support/rows.js';
import { sized } from '../support/size.js';
import { SECRET, signatureOf, togglEntry, togglEvent } from '../support/toggl-webhooks.js';
import { deliver, delivery, EVENTS, nextId, running } from '../support/webhooks.js';

const RUNS = sized(8, 300);
const TIMEOUT = sized(30_000, 600_000);
const seed = seedOf('fuzz-webhooks');

let world: RouteWorld;
let attacks: BadInput;

beforeAll(async () => {
  world = await RouteWorld.open();
  attacks = new BadInput(world.world.app, () => world.secrets(), [world.world.toggl.url]);
});

afterAll(async () => {
  attacks.stop();
  await world.close();
});

/** What a refused delivery may leave: itself, as it came, and the word of it. */
const KEPT = ['public.deliveries', 'public.mail_outbox', 'public.mail_recipients', 'public.session_notices'];

async function contentsWithout(names: readonly string[]): Promise<object> {
  const all = await contentsOf(world.world.app);
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

/** Taken, kept as rejected, or refused: with the ledger as it was unless it was taken. */
async function expectHandled(send: () => Promise<Answered>): Promise<void> {
  const [all, ledger] = [await contentsOf(world.world.app), await contentsWithout(KEPT)];
  const answer = await attacks.harmless(send);
  expect([200, 400, 413, 422], answer.text).toContain(answer.status);
  if (answer.status === 200) return;
  attacks.expectError(answer);
  expect(await contentsWithout(KEPT)).toEqual(ledger);
  if (answer.status !== 422) expect(await contentsOf(world.world.app)).toEqual(all);
}

/** What was taken can be worked off: nothing of it is poison. */
async function expectWorkedOff(): Promise<void> {
  const { app } = world.world;
  await app.get(DeliveryWorker).processDue();
  const left = await app.database.query(
    `select raw, state, error from deliveries where state in ('pending', 'processing', 'dead') or attempts > 1`,
  );
  expect(left).toEqual([]);
}

const check = (valid: () => object, send: (body: string) => Promise<Answered>) =>
  fc.assert(
    fc.asyncProperty(
      fc.constant(null).chain(() => mutated(valid())),
      async (body) => {
        await expectHandled(() => send(JSON.stringify(body)));
        await expectWorkedOff();
      },
    ),
    { numRuns: RUNS, seed },
  );

const post = async (path: string, body: string, headers: Record<string, string>): Promise<Answered> => {
  const answer = await fetch(`${world.world.app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, text: await answer.text() };
};

describe('an authentic delivery with something wrong in it', () => {
  it.each(EVENTS)(
    'of Clockify’s event %s is taken, kept as rejected or refused, and is never poison',
    (event) =>
      check(
        () => (event === 'start' ? running({ id: nextId() }) : delivery({ id: nextId() })),
        (body) => deliver(world.world.app.url, event, body),
      ),
    TIMEOUT,
  );

  it.each(['created', 'updated', 'deleted'])(
    'of Toggl’s event %s is taken, kept as rejected or refused, and is never poison',
    (action) =>
      check(
        () => togglEvent({ action, payload: togglEntry(world.togglAccount()) }),
        (body) => post('/webhooks/toggl', body, { 'x-webhook-signature-256': signatureOf(body, SECRET) }),
      ),
    TIMEOUT,
  );

  it(
    'of a phone is taken or refused',
    () =>
      check(
        () => ({ data: { workouts: [{ ...WORKOUT, id: crypto.randomUUID() }], metrics: [] } }),
        (body) => post('/webhooks/health', body, world.bearerOf('owner')),
      ),
    TIMEOUT,
  );

  it('leaves no secret anywhere', () => attacks.expectNoSecretKept(), TIMEOUT);
});

const WORKOUT = {
  name: 'Outdoor Run',
  start: '2026-02-01 07:30:00 +0100',
  end: '2026-02-01 08:00:00 +0100',
  duration: 1800,
  activeEnergy: [{ qty: 12, units: 'kcal', date: '2026-02-01 07:30:00 +0100' }],
  distance: { qty: 5.2, units: 'km' },
};
