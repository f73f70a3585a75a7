const WORD_CHARACTER = String.raw`[\p{L}\p{M}\p{N}]`;
const STARTS_WITH_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');
const ENDS_WITH_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u');
/** Scripts that put no spaces between words: there a dictionary knows where they end. */
const WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;

let segmenter: Intl.Segmenter | null = null;

/** Text as it is compared: the same for upper and lower case, for composed and decomposed letters, for any blank space. */
export const folded = (text: string): string =>
  text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll(/\s+/gu, ' ').trim();

/** Whether there is anything in a keyword that a word could be. */
export const hasWord = (keyword: string): boolean => new RegExp(WORD_CHARACTER, 'u').test(keyword);

/** The words of a folded text. */
export const wordsOf = (text: string): string[] => text.match(new RegExp(`${WORD_CHARACTER}+`, 'gu')) ?? [];

/**
 * Whether a keyword stands in a text as whole words; both are folded. A keyword may begin or end with a sign (`c++`, `#home`):
 * there is no word to be whole on that side.
 */
export function hasWholeWords(text: string, keyword: string): boolean {
  let ends: ReadonlySet<number> | null = null;
  for (let at = text.indexOf(keyword); at !== -1; at = text.indexOf(keyword, at + 1)) {
    const end = at + keyword.length;
    if (isCut(text, at) || isCut(text, end)) {
      ends ??= boundariesIn(text);
      if (!ends.has(at) || !ends.has(end)) continue;
    }
    return true;
  }
  return false;
}

/** Whether a letter or digit stands on both sides of this place. Two units hold any character. */
const isCut = (text: string, at: number): boolean =>
  ENDS_WITH_WORD.test(text.slice(Math.max(0, at - 2), at)) && STARTS_WITH_WORD.test(text.slice(at, at + 2));

function boundariesIn(text: string): ReadonlySet<number> {
  if (!WITHOUT_SPACES.test(text)) return NOWHERE;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  return new Set([...segmenter.segment(text)].flatMap(({ index, segment }) => [index, index + segment.length]));
}

const NOWHERE: ReadonlySet<number> = new Set();
