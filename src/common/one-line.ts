/** A text of several lines as one, for names that have no more. By lines: a pattern would look at long blanks again and again. */
export const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
