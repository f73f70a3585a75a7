/** What a cell of a workbook can hold, in UTF-16 units; longer ones make Excel repair the file. */
export const MOST_CELL_CHARACTERS = 32_767;

/** Controls that XML cannot carry (tab, line feed and carriage return it can), and the two code units that are no characters. */
// oxlint-disable-next-line no-control-regex -- these are what is taken out
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Text as a cell can show it: no control characters, no halves of a character, cut to what a cell holds. */
export function cellText(text: string): string {
  const clean = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll(UNPRINTABLE, '');
  const cut = clean.slice(0, MOST_CELL_CHARACTERS);
  // The cut may have parted a pair: then its first half goes too.
  const isParted = clean.length > cut.length && /[\ud800-\udbff]$/.test(cut);
  return (isParted ? cut.slice(0, -1) : cut).toWellFormed();
}

/** Begins a formula in some spreadsheet program, also after blanks and in full width. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** One field of a CSV file, quoted; what a spreadsheet would calculate gets an apostrophe in front and stays text. */
export function csvField(text: string): string {
  const clean = cellText(text);
  const harmless = FORMULA.test(clean) || /^[\t\n]/.test(clean) ? `'${clean}` : clean;
  return `"${harmless.replaceAll('"', '""')}"`;
}
