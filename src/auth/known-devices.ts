import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { equalsInConstantTime, hmacSha256 } from '../common/hashing.js';
import { KeyRing } from '../config/key-ring.js';

const SHAPE = /^(\d{1,16})\.([\w-]{16})\.([\w-]{43})$/;

/**
 * Marks of browsers that signed in to an account: `userId.nonce.HMAC`. Such a browser counts its own wrong passwords, so
 * that somebody who guesses from elsewhere cannot lock the owner out.
 */
@Injectable()
export class KnownDevices {
  constructor(private readonly keyRing: KeyRing) {}

  issue(userId: number): string {
    const mark = `${userId}.${randomBytes(12).toString('base64url')}`;
    return `${mark}.${this.sign(mark, this.keyRing.currentId)}`;
  }

  /** What tells this browser from others of the same user, or `null` for a mark that is not ours or not this user's. */
  nonceOf(value: string, userId: number): string | null {
    const [, owner, nonce, signature] = SHAPE.exec(value) ?? [];
    if (owner !== String(userId) || nonce === undefined || signature === undefined) return null;
    const isOurs = this.keyRing
      .ids()
      .some((keyId) => equalsInConstantTime(signature, this.sign(`${owner}.${nonce}`, keyId)));
    return isOurs ? nonce : null;
  }

  private sign(mark: string, keyId: string): string {
    return hmacSha256(this.keyRing.derive(keyId, 'device')!, mark).toString('base64url');
  }
}
