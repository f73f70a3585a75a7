import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const sha256 = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest();
export const hmacSha256 = (key: Buffer, value: string | Buffer): Buffer =>
  createHmac('sha256', key).update(value).digest();

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
