import { describe, expect, it } from 'vitest';
import { assertCleanParameters, parseJsonBody } from './json-body.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return undefined;
};
const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

describe('parseJsonBody', () => {
  it('reads an object and takes nothing for nothing', () => {
    expect(parse('{"a":[1,"ñ🕑",null]}')).toEqual({ a: [1, 'ñ🕑', null] });
    expect(parse('')).toBeUndefined();
  });

  it('counts depth exactly', () => {
    expect(codeOf(() => parse(nested(64)))).toBeUndefined();
    expect(codeOf(() => parse(nested(65)))).toBe('BODY.TOO_DEEP');
  });

  it('limits the keys of an object, not the members of a list', () => {
    const keys = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i])));
    expect(codeOf(() => parse(keys(500)))).toBeUndefined();
    expect(codeOf(() => parse(keys(501)))).toBe('BODY.TOO_MANY_KEYS');
    expect(codeOf(() => parse(JSON.stringify({ ids: Array.from({ length: 5000 }, (_, i) => i) })))).toBeUndefined();
  });

  it('accepts a field named constructor that holds a plain value', () => {
    expect(codeOf(() => parse('{"constructor":"Bricks Ltd"}'))).toBeUndefined();
  });

  it('accepts whole surrogate pairs, escaped or not', () => {
    expect(parse('{"a":"\\ud83d\\udd51"}')).toEqual({ a: '🕑' });
  });

  it('never repeats the body', () => {
    expect(() => parse('{"password":"hunter2')).toThrow(/^The body is not valid JSON\.$/);
  });
});

describe('assertCleanParameters', () => {
  it('refuses NUL anywhere and keys that reach a prototype', () => {
    expect(codeOf(() => assertCleanParameters({ a: ['b\0'] }))).toBe('REQUEST.INVALID_TEXT');
    expect(codeOf(() => assertCleanParameters(JSON.parse('{"__proto__":"x"}')))).toBe('REQUEST.INVALID_QUERY');
    expect(codeOf(() => assertCleanParameters({ a: 'b', c: ['d'] }))).toBeUndefined();
    expect(codeOf(() => assertCleanParameters(undefined))).toBeUndefined();
  });
});
