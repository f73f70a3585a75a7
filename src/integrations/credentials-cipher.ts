import { Injectable } from '@nestjs/common';
import { Secret } from '../common/secret.js';
import { KeyRing } from '../config/key-ring.js';
import { seal, Unreadable, unseal, type Sealed } from './sealing.js';

/** Whose credentials they are. Bound to the ciphertext, so that a row copied onto another one cannot be opened. */
export interface CredentialOwner {
  integrationId: number;
  userId: number;
  provider: string;
}

export type SealedCredentials = Sealed;

/** Credentials could not be opened: unknown key, or a row that was tampered with. Says nothing of the content. */
export class CredentialsUnreadable extends Error {
  constructor(reason: string) {
    super(`The stored credentials cannot be opened: ${reason}`);
    this.name = 'CredentialsUnreadable';
  }
}

/** Credentials as they are stored. */
@Injectable()
export class CredentialsCipher {
  constructor(private readonly keyRing: KeyRing) {}

  get currentKeyId(): string {
    return this.keyRing.currentId;
  }

  seal(credentials: Readonly<Record<string, Secret>>, owner: CredentialOwner): SealedCredentials {
    const clear = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value.reveal()]));
    return seal(this.keyRing, 'credentials', JSON.stringify(clear), bindingOf(owner));
  }

  /** @throws CredentialsUnreadable when the key is missing or anything about the row was changed */
  open(sealed: SealedCredentials, owner: CredentialOwner): Record<string, Secret> {
    try {
      const clear = unseal(this.keyRing, 'credentials', sealed, bindingOf(owner));
      const parsed = JSON.parse(clear) as Record<string, string>;
      return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, new Secret(value)]));
    } catch (error) {
      throw new CredentialsUnreadable(error instanceof Unreadable ? error.message : 'they have another form');
    }
  }
}

const bindingOf = (owner: CredentialOwner): string => `${owner.integrationId}|${owner.userId}|${owner.provider}`;
