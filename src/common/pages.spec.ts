import { describe, expect, it } from 'vitest';
import { cutPage, decodeCursor, encodeCursor, pageEnvelope } from './pages.js';

describe('cursors', () => {
  it('come back as the sort key they were made of', () => {
    const cursor = encodeCursor([1_700_000_000_000, 'straße', 7]);
    expect(decodeCursor(cursor, ['integer', 'text', 'integer'])).toEqual([1_700_000_000_000, 'straße', 7]);
  });

  it('are absent on the first page', () => {
    expect(decodeCursor(undefined, ['integer'])).toBeUndefined();
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('[1').toString('base64url')],
    ['no list', Buffer.from('{"0":1,"length":1}').toString('base64url')],
    ['too few parts', encodeCursor([])],
    ['too many parts', encodeCursor([1, 2])],
    ['another kind', encodeCursor(['1'])],
    ['a fraction', encodeCursor([1.5])],
    ['an unsafe integer', Buffer.from('[9007199254740993]').toString('base64url')],
    ['spaces in the JSON', Buffer.from('[ 1]').toString('base64url')],
    ['padding', `${encodeCursor([10])}==`],
  ])('are refused when altered: %s', (_what, cursor) => {
    expect(() => decodeCursor(cursor, ['integer'])).toThrow(
      expect.objectContaining({ status: 400, code: 'PAGE.BAD_CURSOR' }),
    );
  });

  it('refuse NUL, which PostgreSQL cannot compare with', () => {
    expect(() => decodeCursor(encodeCursor(['a\0']), ['text'])).toThrow('cursor');
  });
});

describe('cutPage', () => {
  const idOf = (row: { id: number }) => [row.id];

  it('points to the last item shown while there is more', () => {
    const page = cutPage([{ id: 1 }, { id: 2 }, { id: 3 }], 2, idOf);
    expect(page.items).toEqual([{ id: 1 }, { id: 2 }]);
    expect(decodeCursor(page.nextCursor, ['integer'])).toEqual([2]);
    expect(pageEnvelope(page.items, page.nextCursor)).toHaveProperty('next_cursor', encodeCursor([2]));
  });

  it('has no next cursor when everything fits', () => {
    const page = cutPage([{ id: 1 }, { id: 2 }], 2, idOf);
    expect(page).toEqual({ items: [{ id: 1 }, { id: 2 }] });
    expect(pageEnvelope(page.items, page.nextCursor)).toEqual({ result: page.items });
  });
});
