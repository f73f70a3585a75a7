import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './hashing.js';

/** What it means, in the plainest way; seals that were made with it must hold for ever. */
const byDefinition = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

describe('canonicalJson', () => {
  it('gives the bytes of its definition for every value', () => {
    const anything = fc.anything({ withDate: true, withNullPrototype: true, withObjectString: true });
    fc.assert(
      fc.property(anything, (value) => {
        expect(canonicalJson({ value })).toBe(byDefinition({ value }));
      }),
      { numRuns: 1000 },
    );
  });

  it('knows whole numbers among names', () => {
    const names = fc.oneof(
      fc.nat().map(String),
      fc.constantFrom('', '-1', '01', '1.5', '4294967295', 'a', '__proto__'),
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.nat()), (value) => {
        expect(canonicalJson({ value })).toBe(byDefinition({ value }));
      }),
    );
  });

  it('does not depend on the order of members, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: new Date(0) })).toBe(
      '{"a":"1970-01-01T00:00:00.000Z","b":[{"d":1}]}',
    );
    expect(canonicalJson(JSON.parse('{"__proto__": 1, "a": 2}'))).toBe('{"__proto__":1,"a":2}');
  });
});
