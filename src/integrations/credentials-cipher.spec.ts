import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import { KeyRing } from '../config/key-ring.js';
import { CredentialsCipher, CredentialsUnreadable } from './credentials-cipher.js';

const key = () => randomBytes(32).toString('base64');
const [OLD, NEW] = [key(), key()];
const cipherWith = (text: string) => new CredentialsCipher(new KeyRing(new Secret(text)));
const owner = { integrationId: 10, userId: 3, provider: 'toggl' };
const credentials = { api_token: new Secret('1971800d4d82861d8f2c1651fea4d212') };

const flip = (bytes: Buffer, index: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[index]! ^= 1;
  return copy;
};

describe('stored credentials', () => {
  it('are opened by the ring that sealed them', () => {
    const cipher = cipherWith(`k1:${OLD}`);
    const opened = cipher.open(cipher.seal(credentials, owner), owner);
    expect(opened.api_token!.reveal()).toBe('1971800d4d82861d8f2c1651fea4d212');
  });

  it('never look alike, and hold nothing in clear', () => {
    const cipher = cipherWith(`k1:${OLD}`);
    const [one, two] = [cipher.seal(credentials, owner), cipher.seal(credentials, owner)];
    expect(one.bytes.equals(two.bytes)).toBe(false);
    expect(one.bytes.includes('1971800d')).toBe(false);
  });

  it('are opened by an older key of the ring, while the first one writes', () => {
    const sealed = cipherWith(`k1:${OLD}`).seal(credentials, owner);
    const ring = cipherWith(`k2:${NEW},k1:${OLD}`);
    expect(ring.open(sealed, owner).api_token!.reveal()).toBe(credentials.api_token.reveal());
    expect(ring.seal(credentials, owner).keyId).toBe('k2');
  });

  it.each([
    ['another user’s row', { ...owner, userId: 4 }],
    ['another integration’s row', { ...owner, integrationId: 11 }],
    ['another provider', { ...owner, provider: 'clockify' }],
  ])('stay closed on %s', (_case, other) => {
    const cipher = cipherWith(`k1:${OLD}`);
    expect(() => cipher.open(cipher.seal(credentials, owner), other)).toThrow(CredentialsUnreadable);
  });

  it.each([
    ['IV', 0],
    ['tag', 12],
    ['ciphertext', 28],
  ])('stay closed when one bit of the %s was changed', (_part, index) => {
    const cipher = cipherWith(`k1:${OLD}`);
    const { keyId, bytes } = cipher.seal(credentials, owner);
    expect(() => cipher.open({ keyId, bytes: flip(bytes, index) }, owner)).toThrow(CredentialsUnreadable);
  });

  it('stay closed when truncated, or under a key nobody has', () => {
    const cipher = cipherWith(`k1:${OLD}`);
    const { bytes } = cipher.seal(credentials, owner);
    expect(() => cipher.open({ keyId: 'k1', bytes: bytes.subarray(0, 20) }, owner)).toThrow(CredentialsUnreadable);
    expect(() => cipher.open({ keyId: 'k9', bytes }, owner)).toThrow('no key "k9"');
    expect(() => cipherWith(`k1:${NEW}`).open({ keyId: 'k1', bytes }, owner)).toThrow(CredentialsUnreadable);
  });
});
