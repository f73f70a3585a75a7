import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from '../config/key-ring.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export type SealingPurpose = 'credentials' | 'access-tokens' | 'webhook-secrets';

export interface Sealed {
  keyId: string;
  /** IV, authentication tag and ciphertext, in this order. */
  bytes: Buffer;
}

/** Unknown key, or bytes that are not what was sealed. Says nothing of the content. */
export class Unreadable extends Error {}

/**
 * AES-256-GCM with a fresh random IV each time, under the first key of the ring.
 * @param binding what the text belongs to: bytes copied to another place cannot be opened there
 */
export function seal(ring: KeyRing, purpose: SealingPurpose, clear: string, binding: string): Sealed {
  const keyId = ring.currentId;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', ring.derive(keyId, purpose)!, iv);
  cipher.setAAD(Buffer.from(binding));
  const hidden = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
  return { keyId, bytes: Buffer.concat([iv, cipher.getAuthTag(), hidden]) };
}

/** @throws Unreadable when the key is missing or anything about the bytes was changed */
export function unseal(ring: KeyRing, purpose: SealingPurpose, { keyId, bytes }: Sealed, binding: string): string {
  const key = ring.derive(keyId, purpose);
  if (key === undefined) throw new Unreadable(`ENCRYPTION_KEYS has no key "${keyId}"`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(binding));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const clear = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return clear.toString('utf8');
  } catch {
    throw new Unreadable('the key or the row is not the one they were sealed with');
  }
}
