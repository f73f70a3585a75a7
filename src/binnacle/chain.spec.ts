import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENESIS, sealRow, type BinnacleDraft, type Json } from './chain.js';

const KEY = Buffer.alloc(32, 1);

const DRAFT: BinnacleDraft = {
  entryId: 7,
  sequence: 2,
  action: 'edited',
  actor: { kind: 'user', id: '3' },
  reason: 'typo',
  origin: { kind: 'request', id: 'r-9' },
  snapshot: { description: 'new', tags: ['a', 'b'], end: null },
  diff: { description: { from: 'old', to: 'new' } },
  recordedAt: new Date('2026-03-01T10:00:00.123Z'),
  previousHash: Buffer.alloc(32, 5),
};

describe('sealRow', () => {
  it('is a 256-bit seal that depends on the key', () => {
    const seal = sealRow(DRAFT, KEY);
    expect(seal).toHaveLength(32);
    expect(sealRow(DRAFT, KEY)).toEqual(seal);
    expect(sealRow(DRAFT, Buffer.alloc(32, 2))).not.toEqual(seal);
    expect(GENESIS).toEqual(Buffer.alloc(32));
  });

  it('does not depend on the order in which fields were written', () => {
    const turned = { ...DRAFT, snapshot: { end: null, tags: ['a', 'b'], description: 'new' } };
    expect(sealRow(turned, KEY)).toEqual(sealRow(DRAFT, KEY));
  });

  it.each<Partial<BinnacleDraft>>([
    { entryId: 8 },
    { sequence: 3 },
    { action: 'deleted' },
    { actor: { kind: 'system', id: '3' } },
    { actor: { kind: 'user', id: null } },
    { reason: null },
    { reason: '' },
    { origin: null },
    { origin: { kind: 'cli', id: 'r-9' } },
    { snapshot: { ...DRAFT.snapshot, tags: ['b', 'a'] } },
    { diff: {} },
    { recordedAt: new Date('2026-03-01T10:00:00.124Z') },
    { previousHash: GENESIS },
  ])('changes when the row says %o', (change) => {
    expect(sealRow({ ...DRAFT, ...change }, KEY)).not.toEqual(sealRow(DRAFT, KEY));
  });

  it('is the same after the values went through JSON, keys in any order', () => {
    const text = fc.string({ unit: 'grapheme' });
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(text, value), (snapshot) => {
        const stored = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(snapshot).reverse())));
        expect(sealRow({ ...DRAFT, snapshot: stored }, KEY)).toEqual(sealRow({ ...DRAFT, snapshot }, KEY));
      }),
    );
  });
});
