import { ImportRefusal } from '../file-reader.js';

/** A piece of the document that tells of an activity, as it stands there. */
export interface ScannedElement {
  line: number;
  tag: 'Workout' | 'Record';
  xml: Buffer;
}

const ROOT = '<HealthData';
const CLOSING_ROOT = '</HealthData';
const MINDFUL = 'HKCategoryTypeIdentifierMindfulSession';
const LONGEST_PROLOGUE = 1024 * 1024;
const LONGEST_TAG = 1024 * 1024;
const LONGEST_ELEMENT = 4 * 1024 * 1024;
const LF = 0x0a;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Cuts out of an export the few elements that matter. Of a gigabyte nearly everything is steps and heartbeats: a parser is
 * given only what is looked for, which is several times as fast. The document type is skipped and never read: that of iOS 16 is
 * malformed, and entities are refused.
 */
export class ElementScanner {
  private pending = EMPTY;
  private inBody = false;
  /** Line on which `pending` begins. */
  private line = 1;
  /** The element at the beginning of `pending`, whose end has not come. */
  private open: ScannedElement['tag'] | null = null;
  /** Where the search goes on within an element, a tag or a comment that has not come to its end. */
  private resumeAt = 0;
  /** Where each thing that is looked for comes next in the bytes at hand. */
  private next = new Map<string, number>();

  /** Whether what comes in has turned out to be an export. */
  get hasBegun(): boolean {
    return this.inBody;
  }

  /** @throws ImportRefusal when this is no export, or none that can be read */
  feed(chunk: Buffer): ScannedElement[] {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    this.next.clear();
    if (!this.inBody && !this.findRoot()) return [];
    const found: ScannedElement[] = [];
    for (let element = this.nextElement(); element !== null; element = this.nextElement()) found.push(element);
    return found;
  }

  /** @throws ImportRefusal when there was no export, or only the beginning of one */
  end(): void {
    if (!this.inBody) throw new ImportRefusal('is no Apple Health export: there is no HealthData in it');
    if (!this.pending.subarray(0, CLOSING_ROOT.length).equals(Buffer.from(CLOSING_ROOT))) {
      throw new ImportRefusal('was cut off: it ends before </HealthData>. What comes before is in');
    }
  }

  private findRoot(): boolean {
    refuseForeignEncoding(this.pending);
    const at = this.pending.indexOf(ROOT);
    const prologue = at < 0 ? this.pending : this.pending.subarray(0, at);
    if (prologue.includes('<!ENTITY')) throw new ImportRefusal('declares entities, which no Apple Health export does');
    if (at < 0 && this.pending.length > LONGEST_PROLOGUE) {
      throw new ImportRefusal('is no Apple Health export: there is no HealthData in it');
    }
    if (at < 0) return false;
    this.inBody = true;
    this.drop(at + ROOT.length);
    return true;
  }

  /** The next whole element; `null` when more bytes are needed. */
  private nextElement(): ScannedElement | null {
    if (this.open !== null) return this.cut(0, this.open);
    for (;;) {
      const workout = this.find('<Workout');
      const mindful = this.find(MINDFUL);
      const markup = this.find('<!');
      const first = Math.min(...[workout, mindful, markup].filter((at) => at >= 0));
      if (first === Infinity) return this.waitForMore();
      if (first === markup) {
        if (!this.skipMarkup(markup)) return null;
        continue;
      }
      const start = first === workout ? workout : this.pending.lastIndexOf('<', mindful);
      const tag = first === workout ? 'Workout' : 'Record';
      const verdict = isTag(this.pending, start, tag);
      if (verdict === 'unknown') return this.waitFrom(start, LONGEST_TAG);
      if (verdict === 'other') {
        this.drop(first + 1);
        continue;
      }
      return this.cut(start, tag);
    }
  }

  private find(what: string): number {
    const known = this.next.get(what);
    if (known !== undefined && known !== -2) return known;
    const at = this.pending.indexOf(what);
    this.next.set(what, at);
    return at;
  }

  private cut(start: number, tag: ScannedElement['tag']): ScannedElement | null {
    const end = endOfElement(this.pending, start, tag, Math.max(this.resumeAt, start));
    this.open = end < 0 ? tag : null;
    if (end < 0) return this.waitFrom(start, LONGEST_ELEMENT, this.resumptionOf(start, tag));
    this.resumeAt = 0;
    const xml = Buffer.from(this.pending.subarray(start, end));
    this.drop(start);
    const { line } = this;
    this.drop(end - start);
    return { line, tag, xml };
  }

  /** An end tag may be half there; what stands in a comment is looked through again. */
  private resumptionOf(start: number, tag: string): number {
    const hasMarkup = this.pending.indexOf('<!', start) >= 0;
    return hasMarkup ? start : Math.max(start, this.pending.length - tag.length - 3);
  }

  private skipMarkup(at: number): boolean {
    const end = endOfMarkup(this.pending, at);
    if (end >= 0) this.drop(end);
    else this.waitFrom(at, LONGEST_ELEMENT);
    return end >= 0;
  }

  /** Keeps what may be the beginning of a tag. */
  private waitForMore(): null {
    const lastTag = this.pending.lastIndexOf('<');
    return this.waitFrom(lastTag < 0 ? this.pending.length : lastTag, LONGEST_TAG);
  }

  /** @param resumeAt up to which the bytes at hand need not be looked through again */
  private waitFrom(start: number, longest: number, resumeAt = start): null {
    this.drop(start);
    this.resumeAt = resumeAt - start;
    if (this.pending.length <= longest) return null;
    throw new ImportRefusal(`holds something of more than ${longest / 1024 / 1024} MB on line ${this.line}`);
  }

  private drop(count: number): void {
    for (let at = this.pending.indexOf(LF); at >= 0 && at < count; at = this.pending.indexOf(LF, at + 1))
      this.line += 1;
    this.pending = this.pending.subarray(count);
    for (const [what, at] of this.next) this.next.set(what, at === -1 ? -1 : at >= count ? at - count : -2);
  }
}

function refuseForeignEncoding(start: Buffer): void {
  const isWide = (start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0xff && start[1] === 0xfe) || start[0] === 0;
  if (isWide || start.subarray(0, 64).includes(0)) throw new ImportRefusal('is not text in UTF-8');
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;

function isTag(bytes: Buffer, start: number, tag: string): 'yes' | 'other' | 'unknown' {
  if (start < 0) return 'other';
  const after = bytes[start + 1 + tag.length];
  if (after === undefined) return 'unknown';
  const isNamed = bytes.subarray(start + 1, start + 1 + tag.length).toString('latin1') === tag;
  return isNamed && isSpace(after) ? 'yes' : 'other';
}

/** Index after the element; -1 when it has not come to its end. */
function endOfElement(bytes: Buffer, start: number, tag: string, from: number): number {
  const opened = endOfTag(bytes, start);
  if (opened < 0) return -1;
  if (bytes[opened - 2] === 0x2f) return opened;
  for (let at = closingAt(bytes, tag, Math.max(opened, from)); at >= 0; at = closingAt(bytes, tag, at + 1)) {
    const after = bytes[at + 2 + tag.length];
    if (after === undefined) return -1;
    if (after === 0x3e || isSpace(after)) return indexAfter(bytes.indexOf('>', at));
  }
  return -1;
}

/** Where an end tag begins that stands in no comment; -1 when none has come. */
function closingAt(bytes: Buffer, tag: string, from: number): number {
  for (let at = from; ;) {
    const end = bytes.indexOf(`</${tag}`, at);
    const markup = bytes.subarray(at, end < 0 ? undefined : end).indexOf('<!');
    if (markup < 0) return end;
    const after = endOfMarkup(bytes, at + markup);
    if (after < 0) return -1;
    at = after;
  }
}

/** Index after a comment or a marked section, whatever it holds; -1 when it has not come to its end. */
function endOfMarkup(bytes: Buffer, start: number): number {
  const opening = bytes.subarray(start, start + 9).toString('latin1');
  if (opening.length < 9) return -1;
  const closing = opening.startsWith('<!--') ? '-->' : opening === '<![CDATA[' ? ']]>' : '>';
  const end = bytes.indexOf(closing, start + 4);
  return end < 0 ? -1 : end + closing.length;
}

const indexAfter = (at: number): number => (at < 0 ? -1 : at + 1);

/** A `>` may stand in the value of an attribute. */
function endOfTag(bytes: Buffer, start: number): number {
  let quote = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === 0x22 || byte === 0x27) quote = byte;
    else if (byte === 0x3e) return at + 1;
  }
  return -1;
}
