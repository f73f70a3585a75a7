const MOST_CHARACTERS = 120;

/**
 * The value of `Content-Disposition` for a download (RFC 6266): the name in ASCII for old programs, and as it is for all
 * others. Names may come from people: what could leave the header, or the folder the file is saved in, becomes a dash.
 */
export function attachment(fileName: string): string {
  const name = fileName
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"'*/:<>?\\|;%]/gu, '-')
    .replace(/^[.\s]+/, '');
  const cut = withoutMiddle(Array.from(name));
  const ascii = cut
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]/g, '-');
  const encoded = encodeURIComponent(cut).replaceAll(/[!()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** The end stays: it says what kind of file it is. */
function withoutMiddle(characters: readonly string[]): string {
  if (characters.length <= MOST_CHARACTERS) return characters.join('');
  return [...characters.slice(0, MOST_CHARACTERS - 40), ...characters.slice(-40)].join('');
}
