import { describe, expect, it } from 'vitest';
import { isPassword, isUsername } from './account-rules.js';

describe('passwords', () => {
  it('have 8 to 1024 bytes of UTF-8, whatever the characters', () => {
    expect(isPassword('1234567')).toBe(false);
    expect(isPassword('12345678')).toBe(true);
    expect(isPassword('ñandú€')).toBe(true);
    expect(isPassword('x'.repeat(1024))).toBe(true);
    expect(isPassword('x'.repeat(1025))).toBe(false);
    expect(isPassword('€'.repeat(342))).toBe(false);
  });

  it('hold no lone surrogates, which would all be one and the same password', () => {
    expect(isPassword('12345678\ud800')).toBe(false);
    expect(isPassword('12345678😀')).toBe(true);
  });
});

describe('usernames', () => {
  it.each(['ana', 'ana.lopez@example.com', 'A_b-c+1', 'x'.repeat(64)])('may be %s', (name) => {
    expect(isUsername(name)).toBe(true);
  });

  it.each(['', 'a b', 'a,b', 'ana\n', 'ñu', 'x'.repeat(65), 'a/b', 'a:b'])('may not be %j', (name) => {
    expect(isUsername(name)).toBe(false);
  });
});
