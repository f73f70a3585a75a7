import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import { ConfigError } from './env.js';
import { KeyRing } from './key-ring.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('ENCRYPTION_KEYS', () => {
  it.each(['', 'k1', `k1:${KEY.slice(4)}`, `k1:${KEY}${KEY}`, `k1:${KEY},k1:${KEY}`, `k 1:${KEY}`, `k1:${KEY},`])(
    'refuses %j without repeating it',
    (text) => {
      let message = '';
      try {
        new KeyRing(new Secret(text)).ids();
      } catch (error) {
        if (error instanceof ConfigError) message = error.message;
      }
      expect(message).toContain('ENCRYPTION_KEYS');
      expect(message).not.toContain(KEY.slice(0, 12));
    },
  );

  it('gives every purpose a key of its own', () => {
    const ring = new KeyRing(new Secret(`k1:${KEY}`));
    const derived = (['credentials', 'binnacle', 'device'] as const).map((purpose) =>
      ring.derive('k1', purpose)!.toString('hex'),
    );
    expect(new Set(derived).size).toBe(3);
    expect(ring.derive('k2', 'credentials')).toBeUndefined();
  });
});
