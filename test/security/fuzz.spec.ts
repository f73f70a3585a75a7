/* oxlint-disable vitest/expect-expect -- `BadInput` is where every case is asserted */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOperations, type Operation } from '../support/api-document.js';
import { BadInput } from '../support/bad-input.js';
import { hostileRequest, type HostileRequest } from '../support/hostile.js';
import { seedOf } from '../support/random.js';
import { callerOf, TAKING_FIELDS } from '../support/field-routes.js';
import { RouteWorld } from '../support/route-world.js';
import { contentsOf } from '../support/rows.js';
import { sized } from '../support/size.js';

const RUNS = sized(3, 100);
const TIMEOUT = sized(20_000, 300_000);
const seed = seedOf('fuzz');

let world: RouteWorld;
let operations: Operation[];
let attacks: BadInput;

beforeAll(async () => {
  world = await RouteWorld.open();
  operations = await readOperations(world.world.app);
  attacks = new BadInput(world.world.app, () => world.secrets(), [world.world.toggl.url]);
});

afterAll(async () => {
  attacks.stop();
  await world.close();
});

/** Away, not broken: the services that no simulator stands for. */
const isAway = ({ status, text }: { status: number; text: string }): boolean =>
  status === 503 && (JSON.parse(text) as { code: string }).code.startsWith('PROVIDER.');

async function expectHandled(send: () => Promise<{ status: number; text: string }>): Promise<void> {
  const before = await contentsOf(world.world.app);
  const answer = await attacks.harmless(send);
  if (answer.status < 400) return;
  expect(answer.status < 500 || isAway(answer), answer.text).toBe(true);
  attacks.expectError(answer);
  expect(await contentsOf(world.world.app)).toEqual(before);
}

describe('whatever is sent', () => {
  it.each(TAKING_FIELDS.map((row) => [row.route, row] as const))(
    'to %s is taken or refused, never half',
    async (route, row) => {
      const operation = operations.find(({ method, path }) => `${method} ${path}` === route)!;
      const valid = world.validOf(row);
      const send = (request: HostileRequest) => () => world.sendHostile(row, callerOf(row), request);
      const property = fc.asyncProperty(hostileRequest(operation, valid), (request) => expectHandled(send(request)));
      await fc.assert(property, { numRuns: RUNS, seed });
    },
    TIMEOUT,
  );

  it('leaves no secret anywhere', () => attacks.expectNoSecretKept(), TIMEOUT);

  it('pollutes no prototype', () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
