import { describe, expect, it } from 'vitest';
import { isEmailAddress, isInventedAddress } from './email-address.js';

describe('email addresses', () => {
  it.each(['ana@example.com', "o'hara+x@mail.example.co.uk", 'a@b-c.io'])('may be %s', (address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    'ana',
    'ana@localhost',
    'Ana <ana@example.com>',
    'a@example.com,b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@-example.com',
    'a@example.com\n',
    'a b@example.com',
    '"x" <a@example.com>',
    '"b@example.com x"@example.com',
    '"a b"@example.com',
    'g:a@example.com;',
    '<a@example.com>',
    '',
    'a@example.com '.repeat(1000),
    `${'x'.repeat(64)}@${'y'.repeat(60)}.${'z'.repeat(60)}.${'w'.repeat(60)}.${'v'.repeat(10)}.com`,
  ])('may not be %j', (address) => {
    expect(isEmailAddress(address)).toBe(false);
  });

  it.each(['64a687e2@clockify.fake', 'a@x.INVALID'])('is known to reach nobody: %s', (address) => {
    expect(isInventedAddress(address)).toBe(true);
  });

  it.each(['a@fake.com', 'fake@example.com'])('is not taken for an invented one: %s', (address) => {
    expect(isInventedAddress(address)).toBe(false);
  });
});
