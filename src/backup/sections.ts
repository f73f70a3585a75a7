import { ArchiveProblem, TABLE_END } from './archive.js';

const NEW_LINE = 10;
const LONGEST_LINE = 16 * 1024 * 1024;
const END_WITHIN = Buffer.concat([Buffer.from('\n'), TABLE_END]);

/** Takes the text of an archive apart: single lines, and tables in blocks of their rows. */
export class Sections {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly source: AsyncGenerator<Buffer>) {}

  /** The next line, without its end. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.rest.indexOf(NEW_LINE);
      if (end !== -1) return this.take(end + 1).toString('utf8', 0, end);
      if (this.rest.length > LONGEST_LINE) throw new ArchiveProblem('It is no backup of Timesheet, or it is damaged.');
      await this.more();
    }
  }

  /** The rows of a table, up to the line that ends it. */
  async *table(): AsyncGenerator<Buffer> {
    while (this.rest.length < TABLE_END.length) await this.more();
    if (this.rest.subarray(0, TABLE_END.length).equals(TABLE_END)) {
      this.take(TABLE_END.length);
      return;
    }
    for (;;) {
      const end = this.rest.indexOf(END_WITHIN);
      if (end !== -1) {
        yield this.take(end + 1);
        this.take(TABLE_END.length);
        return;
      }
      // The last bytes may be the beginning of the end.
      const sure = this.rest.length - END_WITHIN.length + 1;
      if (sure > 0) yield this.take(sure);
      await this.more();
    }
  }

  /** @throws ArchiveProblem when something follows */
  async expectEnd(): Promise<void> {
    let hasMore = this.rest.length > 0;
    while (!hasMore) {
      const { value, done } = await this.source.next();
      if (done === true) return;
      hasMore = value.length > 0;
    }
    throw new ArchiveProblem('It is damaged: it goes on after its end.');
  }

  async close(): Promise<void> {
    await this.source.return(undefined).catch(() => undefined);
  }

  private take(count: number): Buffer {
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return taken;
  }

  private async more(): Promise<void> {
    const { value, done } = await this.source.next();
    if (done === true) throw new ArchiveProblem('It is cut off.');
    this.rest = this.rest.length === 0 ? value : Buffer.concat([this.rest, value]);
  }
}
