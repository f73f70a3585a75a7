import { describe, expect, it } from 'vitest';
import { pickId } from './ids.js';

describe('pickId', () => {
  it('takes the id from the path, from the arguments, or from both when they agree', () => {
    expect(pickId('7', undefined)).toBe(7);
    expect(pickId(undefined, 7)).toBe(7);
    expect(pickId('7', 7)).toBe(7);
  });

  it.each(['', '0', '-1', '1.5', '1e3', '01', ' 1', 'undefined', 'null', '9007199254740993', '1,2'])(
    'refuses %j in the path as an id',
    (text) => {
      expect(() => pickId(text, undefined)).toThrow(
        expect.objectContaining({ status: 400, code: 'VALIDATION.FAILED' }),
      );
    },
  );

  it('never reads "no id" as an answer', () => {
    expect(() => pickId(undefined, undefined)).toThrow('id is required');
  });

  it('refuses two ids that differ', () => {
    expect(() => pickId('7', 8)).toThrow('id differs between the path and the arguments');
  });
});
