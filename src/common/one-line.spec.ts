import { describe, expect, it } from 'vitest';
import { oneLine } from './one-line.js';

describe('a text as one line', () => {
  it.each([
    ['a', 'a'],
    ['  a \n b  ', 'a b'],
    ['a\r\n\n\t b c\n', 'a b c'],
    ['\n \n', ''],
  ])('%j is %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });
});
