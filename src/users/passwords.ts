import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { normalizePassword } from './account-rules.js';

/** The floor OWASP recommends for argon2id; the package's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Opens for no password, but costs what a real one costs: unknown users answer as slowly as known ones. */
const NOBODYS_HASH = [
  `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}`,
  unpadded(randomBytes(16)),
  unpadded(randomBytes(32)),
].join('$');

/** @returns the PHC string to store; the password's Unicode form (NFC) does not matter */
export const hashPassword = (password: string): Promise<string> => hash(normalizePassword(password), COST);

/** @param passwordHash `null` when there is no such user: takes as long, and is false */
export async function isPasswordRight(password: string, passwordHash: string | null): Promise<boolean> {
  const isRight = await verify(passwordHash ?? NOBODYS_HASH, normalizePassword(password));
  return isRight && passwordHash !== null;
}
