/** Longer subjects are cut by programs anyway, and user text may be of any length. */
const MAX_SUBJECT = 200;

/** Overrides and isolates of the direction of writing. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g;

/** One line: a break in user text would begin another header. */
export const subjectLine = (text: string): string =>
  cut(
    plainText(text)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  );

/**
 * Lines of what PostgreSQL stores and a screen shows: no control characters (an escape sequence may move a terminal's cursor),
 * no half of a surrogate pair, and nothing that turns the direction of the text after it.
 */
export const plainText = (text: string): string =>
  text
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]|\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(TURNS, '');

function cut(text: string): string {
  if (text.length <= MAX_SUBJECT) return text;
  // The cut may have made half of a pair.
  return `${text.slice(0, MAX_SUBJECT - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
