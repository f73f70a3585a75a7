import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinLines, plainText, readMarker, splitLines, withMarker } from './zoho.notes.js';

describe('notes', () => {
  it.each([
    ['<div>project updates</div>', 'project updates'],
    ['<div>one</div><div>two &amp; three</div>', 'one\ntwo & three'],
    ['one<br/>two<br>three', 'one\ntwo\nthree'],
    ['<p style="x">a &lt;b&gt; &#233; &#x1F600; &nbsp;&unknown;</p>', 'a <b> é 😀  &unknown;'],
    ['a < b and c > d', 'a < b and c > d'],
    ['R&amp;D', 'R&amp;D'],
    ['  plain ', 'plain'],
    ['<div></div>', ''],
  ])('%j are read as %j', (html, text) => expect(plainText(html)).toBe(text));

  it('lose nothing to the marker of a part', () => {
    const marker = { key: 'Ab-c_12', index: 2, count: 31 };
    for (const text of ['', 'Some notes', 'two\nlines', 'ends in [ts:x 1/2]']) {
      expect(readMarker(withMarker(text, marker))).toEqual({ text, marker });
      expect(withMarker(text, null)).toBe(text);
    }
    for (const text of ['none', '[ts:abcdef 0/2]', '[ts:abcdef 3/2]', '[ts:abcdef 1/2] and more']) {
      expect(readMarker(text)).toEqual({ text, marker: null });
    }
  });

  it('of a task begin with what was done', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text === text.trim() && !text.includes('\n'));
    fc.assert(
      fc.property(line, fc.option(line), (description, notes) => {
        expect(splitLines(joinLines(description, notes))).toEqual({ description, notes });
      }),
    );
  });
});
