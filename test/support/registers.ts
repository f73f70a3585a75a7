import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface NamedTest {
  file: string;
  title: string;
}

/** The tests that a cell of a page names: `file` and “title”. */
export const testsOf = (cell: string): NamedTest[] =>
  [...cell.matchAll(/`([^`]+\.spec\.ts)` “([^”]+)”/g)].map(([, file, title]) => ({ file: file!, title: title! }));

/** A title stands in its file as a string. */
export function isThere({ file, title }: NamedTest): boolean {
  const at = path.join(ROOT, file);
  return (
    fs.existsSync(at) && ["'", '"', '`'].some((quote) => fs.readFileSync(at, 'utf8').includes(quote + title + quote))
  );
}
