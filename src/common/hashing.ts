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
export const canonicalJson = (value: unknown): string => textOf(value) as string;

/** Written down as it is walked through: every change of the ledger is sealed with it. @returns `undefined` for what JSON leaves out */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item) ?? 'null').join(',')}]`;
  return hasOwnJson(value) ? textOf(value.toJSON()) : membersOf(value as Record<string, unknown>);
}

function membersOf(source: Record<string, unknown>): string {
  let text = '';
  for (const key of keysInOrder(source)) {
    const member = textOf(source[key]);
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${member}`;
  }
  return `{${text}}`;
}

const WHOLE_NUMBER = /^\d+$/;

/** Sorted, but what an object takes for numbers stands first, by size. */
function keysInOrder(source: object): string[] {
  const keys = Object.keys(source).sort();
  return keys.some((key) => WHOLE_NUMBER.test(key))
    ? Object.keys(Object.fromEntries(keys.map((key) => [key, 0])))
    : keys;
}

const hasOwnJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';
