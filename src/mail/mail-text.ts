/** Longer subjects are cut by programs anyway, and user text may be of any length. */
const MAX_SUBJECT = 200;

/** One line: a break in user text would begin another header. */
export const subjectLine = (text: string): string =>
  cut(
    plainText(text)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  );

/** What PostgreSQL stores as it is: neither NUL nor half of a surrogate pair. */
export const plainText = (text: string): string => text.replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD');

function cut(text: string): string {
  if (text.length <= MAX_SUBJECT) return text;
  // The cut may have made half of a pair.
  return `${text.slice(0, MAX_SUBJECT - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
