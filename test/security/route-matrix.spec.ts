import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, ROUTES, type Door, type Identity, type Row } from '../support/route-matrix.js';
import { RouteWorld, type Answered } from '../support/route-world.js';

let world: RouteWorld;

beforeAll(async () => {
  world = await RouteWorld.open();
});

afterAll(() => world.close());

/** Whoever stands before a closed door; what else is wrong with a request, only those hear who are let in. */
const isLetIn = (door: Door, identity: Identity): boolean => ![401, 403, 404].includes(door[identity]);
const statuses = (answers: [Identity, Answered][]) =>
  Object.fromEntries(answers.map(([identity, { status, text }]) => [identity, status === 500 ? text : status]));
const askAll = (row: Row, identities: readonly Identity[]): Promise<[Identity, Answered][]> =>
  Promise.all(identities.map(async (identity) => [identity, await world.ask(row, identity)]));
const withoutRequest = ({ text }: Answered) => ({ ...(JSON.parse(text) as object), requestId: '' });

describe('B55 the matrix of routes and identities', () => {
  it('has a row for each route of the API, and none for another', async () => {
    const { url } = world.world.app;
    const { paths } = (await (await fetch(`${url}/docs-json`)).json()) as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...new Set(ROUTES.map(({ route }) => route))].sort()).toEqual(routes.sort());
  });
});

const CASES = ROUTES.map((row) => [row.route, row.path ?? '', row] as const);

describe('B55 a closed door', () => {
  let before: Record<string, string>;

  beforeAll(async () => {
    before = await world.contents();
  });

  it.each(CASES)('of %s %s', async (route, _path, row) => {
    const refused = IDENTITIES.filter((identity) => !isLetIn(row.door, identity));
    const answers = await askAll(row, refused);
    expect(statuses(answers)).toEqual(Object.fromEntries(refused.map((identity) => [identity, row.door[identity]])));
    // What reading may change is looked at once, in the end.
    const after = route.startsWith('GET') ? before : await world.contents();
    expect(after).toEqual(before);
    for (const [identity, answer] of answers.filter(([, { status }]) => status === 404)) {
      const absent = await world.ask(row, identity, { absent: true });
      expect([absent.status, withoutRequest(absent)]).toEqual([404, withoutRequest(answer)]);
    }
  });

  it('lets nobody change anything by reading either', async () => {
    expect(await world.contents()).toEqual(before);
  });
});

describe('B55 an open door', () => {
  it.each(CASES)('of %s %s', async (_route, _path, row) => {
    const letIn = IDENTITIES.filter((identity) => isLetIn(row.door, identity));
    const answers: [Identity, Answered][] = [];
    for (const identity of letIn) {
      answers.push([identity, await world.ask(row, identity)]);
      if (row.fresh !== undefined) await world.make(row.fresh);
    }
    expect(statuses(answers)).toEqual(Object.fromEntries(letIn.map((identity) => [identity, row.door[identity]])));
  });
});
