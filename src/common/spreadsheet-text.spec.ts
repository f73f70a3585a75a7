import { describe, expect, it } from 'vitest';
import { cellText, csvField, MOST_CELL_CHARACTERS } from './spreadsheet-text.js';

describe('the text of a cell', () => {
  it('keeps what people write, formulas included: a cell of text is no formula', () => {
    for (const text of ['Ünïcode 👩‍👩‍👧', '=SUM(A1)', 'two\nlines', 'tab\there', '']) expect(cellText(text)).toBe(text);
  });

  it.each([
    ['a\u0000b\u0007c\u001bd\u007f', 'abcd'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['half \ud83d', 'half \ufffd'],
    ['\ufffe\uffffx', 'x'],
  ])('takes out of %j what no file can carry', (text, expected) => {
    expect(cellText(text)).toBe(expected);
  });

  it('is cut to what a cell holds, never in the middle of a character', () => {
    expect(cellText('x'.repeat(40_000))).toHaveLength(MOST_CELL_CHARACTERS);
    const parted = cellText('x'.repeat(MOST_CELL_CHARACTERS - 1) + '👩');
    expect(parted).toBe('x'.repeat(MOST_CELL_CHARACTERS - 1));
  });
});

describe('a field of a CSV file', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '\n=1', '  =1', '＝1', '＋1', '－1', '＠x', '=HYPERLINK("http://x")'])(
    'never begins a formula: %j',
    (text) => {
      expect(csvField(text)).toMatch(/^"'/);
    },
  );

  it('is quoted, with its own quotes doubled', () => {
    expect(csvField('say "hi", then;\ngo')).toBe('"say ""hi"", then;\ngo"');
    expect(csvField('')).toBe('""');
    expect(csvField('2026-03-02')).toBe('"2026-03-02"');
  });
});
