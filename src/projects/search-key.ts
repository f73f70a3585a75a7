/** A text as it is searched: without accents, case and repeated blanks. */
export const searchKey = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();
