import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';

export const sha256 = (value: string | Buffer): Buffer => hash('sha256', value, 'buffer');

const keyObjects = new WeakMap<Buffer, KeyObject>();

/** @param key must not be changed afterwards: what is derived from it is kept, which costs more than the digest itself */
export function hmacSha256(key: Buffer, value: string | Buffer): Buffer {
  let keyObject = keyObjects.get(key);
  if (keyObject === undefined) keyObjects.set(key, (keyObject = createSecretKey(key)));
  return createHmac('sha256', keyObject).update(value).digest();
}

/** Compares digests, so neither content nor length of the expected value leaks through timing. */
export const equalsInConstantTime = (given: string, expected: string): boolean =>
  timingSafeEqual(sha256(given), sha256(expected));

/** 256 random bits, URL-safe. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** JSON with sorted keys and dates as ISO text: equal values give equal bytes. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
