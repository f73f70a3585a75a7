/* oxlint-disable vitest/expect-expect -- `BadInput` is where every case is asserted */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleOf, readOperations, type Operation, type Schema } from '../support/api-document.js';
import { BadInput } from '../support/bad-input.js';
import { callerOf, TAKING_FIELDS } from '../support/field-routes.js';
import type { Row } from '../support/route-matrix.js';
import { RouteWorld } from '../support/route-world.js';

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

const operationOf = ({ route }: Row): Operation =>
  operations.find(({ method, path }) => `${method} ${path}` === route)!;
const named = (rows: readonly Row[]) => rows.map((row) => [row.route, row] as const);
/** A button’s own words are nobody’s business: its routes take any. */
const verbs = (...methods: string[]) =>
  TAKING_FIELDS.filter(({ route }) => methods.includes(route.split(' ')[0]!) && !route.includes('/rpc/flic'));

/** A body that would be taken, and what is sent in place of it. */
function bodyOf(row: Row): { valid: Record<string, unknown>; schema: Schema } {
  const schema = operationOf(row).body ?? {};
  const required = Object.fromEntries(
    (schema.required ?? []).map((name) => [name, exampleOf(schema.properties![name]!)]),
  );
  return { valid: { ...required, ...world.validOf(row).body }, schema };
}

const send = (row: Row, body: Record<string, unknown>) => () =>
  world.sendHostile(row, callerOf(row), {
    ...world.validOf(row),
    query: Object.entries(world.validOf(row).query),
    body,
  });

/** The fields of a body of one type, by the document. */
function fieldsOf(row: Row, type: string): string[] {
  const { properties = {} } = bodyOf(row).schema;
  return Object.keys(properties).filter((name) => {
    const { type: types, example } = properties[name]!;
    return [types].flat().includes(type) || typeof example === type;
  });
}

/** What a body may not have, whatever the route: fields, and values in them. */
const WRONG: [string, (row: Row) => string[], unknown[], number[]?][] = [
  [
    'B29 a field that is not in the document',
    (row) => UNKNOWN.filter((name) => !Object.keys(bodyOf(row).schema.properties ?? {}).includes(name)),
    [1],
  ],
  ['B46 no value where one is required', (row) => bodyOf(row).schema.required ?? [], [undefined]],
  ['B30, B31 text that nothing can store', (row) => fieldsOf(row, 'string'), ['a\u0000b', '\ud800']],
  ['B73 an object where a text is due', (row) => fieldsOf(row, 'string'), [{ formula: '1+1' }, ['x']], [400, 422]],
  ['B45 a word for a flag', (row) => fieldsOf(row, 'boolean'), ['false', 'true', 0, 1, null, [], {}]],
  [
    'B41 anything but a plain number for an id',
    (row) => fieldsOf(row, 'number').filter((name) => /^id|id$|_id$/.test(name)),
    [0, -1, 1.5, 2 ** 53 + 2, 2 ** 63, '1', '0x10', true, [1], {}],
  ],
  ['B81 an endless text', (row) => fieldsOf(row, 'string'), [`${'a'.repeat(50_000)}!`], [400, 404, 422]],
];
const UNKNOWN = ['role', 'isAdmin', 'userId', 'user_id', 'id', 'createdAt', 'deletedAt', 'version'];

describe.each(WRONG)('%s', (_what, fields, values, statuses = [400]) => {
  it.each(named(verbs('POST', 'PUT')))('is refused by name in the body of %s', async (_route, row) => {
    const { valid } = bodyOf(row);
    const cases = fields(row).flatMap((field) =>
      values.map((value) => ({ field, body: { ...valid, [field]: value } })),
    );
    if (cases.length === 0) return;
    const answers = await attacks.refusedAll(
      cases.map(({ body }) => send(row, body)),
      ...statuses,
    );
    const isNamed = (text: string, field: string) => text.includes(field) || text.includes('BODY.INVALID_TEXT');
    expect(answers.filter(({ text }, index) => !isNamed(text, cases[index]!.field))).toEqual([]);
  });
});

const query = (row: Row, pairs: [string, string][]) => () =>
  world.sendHostile(row, callerOf(row), { path: world.validOf(row).path, query: pairs, body: undefined });

const gets = verbs('GET').filter(({ route }) => !route.includes('/oauth/'));

describe('the arguments', () => {
  it.each(named(gets))('B71 of %s are no way into the database: no sort, no order, no fields', async (_route, row) => {
    const { parameters } = operationOf(row);
    if (!parameters.some((parameter) => parameter.in === 'query')) return;
    const known = Object.entries(world.validOf(row).query);
    const values = ['id; drop table users --', '1) or 1=1', '$1'];
    const pairs = ['sort', 'order', 'fields', 'group'].flatMap((name) => values.map((value) => [name, value] as const));
    await attacks.refusedAll(
      pairs.map(([name, value]) => query(row, [...known, [name, value]])),
      400,
    );
  });

  it.each(named(gets))('B48, B58 of %s given twice or as a list are never read as none', async (_route, row) => {
    const { parameters } = operationOf(row);
    const known = Object.entries(world.validOf(row).query);
    const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const cases = names.flatMap((name) => [
      query(row, [...known.filter(([one]) => one !== name), [name, '1'], [name, '2']]),
      query(row, [...known, [`${name}[]`, '1']]),
      query(row, [...known, [`${name}[gt]`, '0']]),
    ]);
    await attacks.refusedAll(cases, 400, 422);
  });
});

describe('what is removed', () => {
  it.each(named(verbs('DELETE').filter(({ path = '' }) => path.includes('?id='))))(
    'B57 by %s has one id, well written',
    async (_route, row) => {
      const ids: [string, string][][] = [
        [],
        [['id', '']],
        [['id', 'undefined']],
        [['id', 'null']],
        [['id', '0']],
        [['id', '1,2']],
        [['id', '*']],
        [
          ['id', '1'],
          ['id', '2'],
        ],
        [['id[]', '1']],
        [['id[gt]', '0']],
        [['ID', '1']],
      ];
      await attacks.refusedAll(
        ids.map((pairs) => query(row, pairs)),
        400,
      );
    },
  );
});
