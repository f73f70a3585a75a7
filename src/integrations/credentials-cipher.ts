import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret } from '../common/secret.js';
import { KeyRing } from '../config/key-ring.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Whose credentials they are. Bound to the ciphertext, so that a row copied onto another one cannot be opened. */
export interface CredentialOwner {
  integrationId: number;
  userId: number;
  provider: string;
}

export interface SealedCredentials {
  keyId: string;
  /** IV, authentication tag and ciphertext, in this order. */
  bytes: Buffer;
}

/** Credentials could not be opened: unknown key, or a row that was tampered with. Says nothing of the content. */
export class CredentialsUnreadable extends Error {
  constructor(reason: string) {
    super(`The stored credentials cannot be opened: ${reason}`);
    this.name = 'CredentialsUnreadable';
  }
}

/** AES-256-GCM with a fresh random IV each time, under the first key of the ring. */
@Injectable()
export class CredentialsCipher {
  constructor(private readonly keyRing: KeyRing) {}

  get currentKeyId(): string {
    return this.keyRing.currentId;
  }

  seal(credentials: Readonly<Record<string, Secret>>, owner: CredentialOwner): SealedCredentials {
    const keyId = this.keyRing.currentId;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyRing.derive(keyId, 'credentials')!, iv);
    cipher.setAAD(bindingOf(owner));
    const clear = JSON.stringify(
      Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value.reveal()])),
    );
    const hidden = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
    return { keyId, bytes: Buffer.concat([iv, cipher.getAuthTag(), hidden]) };
  }

  /** @throws CredentialsUnreadable when the key is missing or anything about the row was changed */
  open({ keyId, bytes }: SealedCredentials, owner: CredentialOwner): Record<string, Secret> {
    const key = this.keyRing.derive(keyId, 'credentials');
    if (key === undefined) throw new CredentialsUnreadable(`ENCRYPTION_KEYS has no key "${keyId}"`);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(bindingOf(owner));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const clear = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      const parsed = JSON.parse(clear.toString('utf8')) as Record<string, string>;
      return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, new Secret(value)]));
    } catch {
      throw new CredentialsUnreadable('the key or the row is not the one they were sealed with');
    }
  }
}

const bindingOf = (owner: CredentialOwner): Buffer =>
  Buffer.from(`${owner.integrationId}|${owner.userId}|${owner.provider}`);
