import { hkdfSync } from 'node:crypto';
import type { Secret } from '../common/secret.js';
import { ConfigError } from './env.js';

/** The keys of `ENCRYPTION_KEYS` (`id:base64key,…`): the first one writes, all of them read. */
export class KeyRing {
  private readonly keys = new Map<string, Buffer>();
  readonly currentId: string;

  /** @throws ConfigError without repeating any part of the value */
  constructor(text: Secret) {
    for (const part of text.reveal().split(',')) {
      const match = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]{43,44}=?)\s*$/.exec(part);
      const key = match?.[2] === undefined ? Buffer.alloc(0) : Buffer.from(match[2], 'base64');
      if (match?.[1] === undefined || key.length !== 32) {
        throw new ConfigError(['ENCRYPTION_KEYS must be a comma list of id:key, each key 32 bytes in base64']);
      }
      if (this.keys.has(match[1])) throw new ConfigError(['ENCRYPTION_KEYS must not use one id twice']);
      this.keys.set(match[1], key);
    }
    this.currentId = [...this.keys.keys()][0]!;
  }

  /** A key of its own for each purpose, so that no key serves two algorithms; `undefined` for an unknown id. */
  derive(
    keyId: string,
    purpose: 'credentials' | 'access-tokens' | 'webhook-secrets' | 'binnacle' | 'device' | 'backup',
  ): Buffer | undefined {
    const key = this.keys.get(keyId);
    return key && Buffer.from(hkdfSync('sha256', key, '', `timesheet/${purpose}`, 32));
  }

  ids(): string[] {
    return [...this.keys.keys()];
  }
}
