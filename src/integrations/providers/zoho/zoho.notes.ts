/** Which part of an entry a log is: an entry over midnight is several logs at Zoho. */
export interface PartMarker {
  /** The same in every part of the entry. */
  key: string;
  /** From 1. */
  index: number;
  count: number;
}

const MARKER = /\[ts:([\w-]{6,32}) (\d{1,2})\/(\d{1,2})\]$/;
const BREAKS = /<br\s*\/?>|<\/(?:div|p|li|h[1-6]|tr)\s*>/gi;
/** Only tags an editor writes: "a < b" and "<name>" are text. */
const TAGS =
  /<\/?(?:div|p|span|b|i|u|s|strong|em|a|font|ul|ol|li|h[1-6]|table|tbody|tr|td|blockquote|pre|code|hr)(?:\s[^<>]*)?\/?>/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Notes as plain text: Zoho's web editor wraps them in HTML, its API takes and often answers text. */
export function plainText(notes: string): string {
  const withoutTags = notes.replaceAll(BREAKS, '\n').replaceAll(TAGS, '');
  if (withoutTags === notes) return notes.trim();
  const text = withoutTags.replaceAll(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/gi, decodeEntity);
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

function decodeEntity(entity: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}

/** Takes the marker off the end of notes. */
export function readMarker(text: string): { text: string; marker: PartMarker | null } {
  const match = MARKER.exec(text.trimEnd());
  const [index, count] = [Number(match?.[2]), Number(match?.[3])];
  if (match === null || index < 1 || index > count) return { text, marker: null };
  return { text: text.slice(0, match.index).trimEnd(), marker: { key: match[1]!, index, count } };
}

export function withMarker(text: string, marker: PartMarker | null): string {
  if (marker === null) return text;
  return `${text} [ts:${marker.key} ${marker.index}/${marker.count}]`.trimStart();
}

/** A log on a task has one text only: its first line is what was done, the rest are notes. */
export function joinLines(description: string, notes: string | null): string {
  return notes === null || notes === '' ? description : `${description}\n${notes}`;
}

export function splitLines(text: string): { description: string; notes: string | null } {
  const [first = '', ...rest] = text.split('\n');
  const notes = rest.join('\n').trim();
  return { description: first.trim(), notes: notes === '' ? null : notes };
}
