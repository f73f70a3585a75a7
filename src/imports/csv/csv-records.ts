import { createReadStream } from 'node:fs';
import { ImportRefusal } from '../file-reader.js';

/** One record of a table: the line on which it begins, and its fields. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

const LONGEST_RECORD = 256 * 1024;
const MOST_FIELDS = 200;

/**
 * The records of a CSV file in UTF-8, however large it is. Commas, semicolons or tabs: whatever its first line has most of.
 * @throws ImportRefusal when a record does not end, or it is no text
 */
export async function* readRecords(file: string, onRead: (bytes: number) => void): AsyncGenerator<CsvRecord> {
  const stream = createReadStream(file, { highWaterMark: 64 * 1024 });
  const decoder = new TextDecoder('utf-8');
  const splitter = new RecordSplitter();
  for await (const chunk of stream) {
    onRead(stream.bytesRead);
    if ((chunk as Buffer).includes(0)) throw new ImportRefusal('is not text in UTF-8');
    yield* splitter.feed(decoder.decode(chunk as Buffer, { stream: true }));
  }
  yield* splitter.end();
}

/** Cuts text into records as it comes. Quoted fields may hold separators and line breaks; a quote in one is doubled. */
export class RecordSplitter {
  private separator: string | null = null;
  private rest = '';
  private line = 1;

  feed(text: string): CsvRecord[] {
    this.rest += text;
    const found: CsvRecord[] = [];
    let at = 0;
    for (let end = endOfRecord(this.rest, at); end >= 0; end = endOfRecord(this.rest, at)) {
      found.push(...this.take(this.rest.slice(at, end)));
      at = end + 1;
    }
    this.rest = this.rest.slice(at);
    if (this.rest.length <= LONGEST_RECORD) return found;
    throw new ImportRefusal(`has a record on line ${this.line} that does not end: is a quotation left open?`);
  }

  end(): CsvRecord[] {
    if (!isQuoteOpen(this.rest)) return this.take(this.rest);
    throw new ImportRefusal(`has a quotation that begins in the record of line ${this.line} and does not end`);
  }

  private take(text: string): CsvRecord[] {
    const record = this.recordOf(text);
    this.line += text.split('\n').length;
    return record === null ? [] : [record];
  }

  private recordOf(text: string): CsvRecord | null {
    const plain = this.line === 1 ? text.replace(/^\ufeff/, '') : text;
    if (plain.trim() === '') return null;
    this.separator ??= separatorOf(plain);
    return { line: this.line, fields: splitFields(plain.replace(/\r$/, ''), this.separator) };
  }
}

/** A quotation begins a field or it is none: a lone quote within a text is an inch. */
function isQuoteMark(text: string, at: number, isQuoted: boolean): boolean {
  if (text.charCodeAt(at) !== 0x22) return false;
  return isQuoted || at === 0 || ',;\t\n"\ufeff'.includes(text[at - 1]!);
}

/** Index of the line feed that ends the record; -1 when it is not there yet. */
function endOfRecord(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    if (isQuoteMark(text, at, isQuoted)) isQuoted = !isQuoted;
    else if (!isQuoted && text.charCodeAt(at) === 0x0a) return at;
  }
  return -1;
}

/** The text would end within a quotation. */
const isQuoteOpen = (text: string): boolean => endOfRecord(`${text}\n`, 0) < 0;

const separatorOf = (header: string): string =>
  [',', ';', '\t'].toSorted((a, b) => header.split(b).length - header.split(a).length)[0]!;

function splitFields(text: string, separator: string): string[] {
  const fields: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (isQuoteMark(text, at, isQuoted)) isQuoted = !isQuoted;
    else if (!isQuoted && text[at] === separator) {
      fields.push(unquoted(text.slice(start, at)));
      start = at + 1;
      if (fields.length > MOST_FIELDS) throw new ImportRefusal(`has more than ${MOST_FIELDS} columns`);
    }
  }
  return [...fields, unquoted(text.slice(start))];
}

const unquoted = (field: string): string => {
  const trimmed = field.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  return isQuoted ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
};
