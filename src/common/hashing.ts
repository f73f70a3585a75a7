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
  return JSON.stringify(sorted(value));
}

/** The same value with its members in order, made without asking a replacer about each of them. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  if (hasOwnJson(value)) return sorted(value.toJSON());
  const source = value as Record<string, unknown>;
  // `fromEntries` and not assignments: a member called __proto__ is one like any other.
  return Object.fromEntries(
    Object.keys(source)
      .sort()
      .map((key) => [key, sorted(source[key])]),
  );
}

const hasOwnJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';
