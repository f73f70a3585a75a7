import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveProblem } from './archive.js';
import { Sections } from './sections.js';

/** The text in pieces that end anywhere. */
async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  let begin = 0;
  for (const end of ends) {
    yield bytes.subarray(begin, end);
    begin = end;
  }
}

async function tableOf(sections: Sections): Promise<string> {
  const blocks: Buffer[] = [];
  for await (const block of sections.table()) blocks.push(block);
  return Buffer.concat(blocks).toString();
}

/** As COPY writes them: neither a line end nor a lone backslash within. */
const row = fc
  .constantFrom('1\t\\\\.', '\\\\.', '\\N', '', 'é\t\\n\\\\.\\n', '.', 'a'.repeat(40))
  .map((text) => `${text}\n`);

describe('the sections of an archive', () => {
  it('are the same wherever the pieces end in which they come', async () => {
    const tables = fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(tables, fc.array(fc.nat(400), { maxLength: 60 }), async (given, cuts) => {
        const text = `{"first":1}\n${given.map((rows) => `${rows.join('')}\\.\n`).join('')}{"last":1}\n`;
        const sections = new Sections(pieces(text, cuts));
        expect(await sections.line()).toBe('{"first":1}');
        for (const rows of given) expect(await tableOf(sections)).toBe(rows.join(''));
        expect(await sections.line()).toBe('{"last":1}');
        await sections.expectEnd();
      }),
    );
  });

  it('do not end before their end', async () => {
    const text = '{}\n1\ta\n2\tb\n\\.\n{}\n';
    for (let length = 0; length < text.length; length += 1) {
      const sections = new Sections(pieces(text.slice(0, length), [3, 7]));
      const read = async () => {
        await sections.line();
        await tableOf(sections);
        await sections.line();
      };
      await expect(read(), `${length} bytes`).rejects.toThrow(ArchiveProblem);
    }
  });
});
