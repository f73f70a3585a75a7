import { describe, expect, it } from 'vitest';
import { fingerprintOf, normalise } from './fingerprint.js';

describe('fingerprintOf', () => {
  it('is the same whatever ids, numbers and quoted values a message carries', () => {
    const first = `Entry 17 of "Ana" (9b2f1c3a-1111-4222-8333-444455556666, 64f1c0de9a8b7c6d5e4f3a2b) failed`;
    const second = `Entry 4096 of "José" (0c9d8e7f-aaaa-4bbb-8ccc-ddddeeeeffff, 5e4f3a2b64f1c0de9a8b7c6d) failed`;
    expect(normalise(first)).toBe('Entry ? of ? (?, ?) failed');
    expect(fingerprintOf('A', '/x/:id', first)).toEqual(fingerprintOf('A', '/x/:id', second));
  });

  it('differs by code, route and words', () => {
    const all = [
      fingerprintOf('A', '/x', 'failed'),
      fingerprintOf('B', '/x', 'failed'),
      fingerprintOf('A', '/y', 'failed'),
      fingerprintOf('A', undefined, 'failed'),
      fingerprintOf('A', '/x', 'refused'),
    ];
    expect(new Set(all.map((hash) => hash.toString('hex'))).size).toBe(all.length);
  });
});
