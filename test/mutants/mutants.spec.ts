import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

interface Mutant {
  name: string;
  promise: string;
  test: string;
  title: string;
  changes: { file: string; find: string[]; replace: string[] }[];
}

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/RELIABILITY.md');
const mutants = JSON.parse(read('test/mutants/mutants.json')) as Mutant[];

/** The titles of a file, as patterns where `it.each` fills them in. */
const titlesIn = (spec: string): string[] =>
  [...spec.matchAll(/(?:\bit|\]?\))\(\s*'((?:[^'\\]|\\.)+)'/g)].map(([, title]) => title!);

function isNamedBy(title: string, template: string): boolean {
  const parts = template.split(/%[sdijo]|\$\w+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return template.startsWith(title) || new RegExp(`^${parts.join('.*')}$`).test(title);
}

describe('a mutant', () => {
  it('has a name of its own, and there are enough of them', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(12);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants)('$name is on the page with its promise and its test', ({ name, promise, test, title }) => {
    const row = page.split('\n').find((line) => line.includes(`\`${name}\``)) ?? '';
    for (const part of [promise, test, title]) expect(row).toContain(part);
  });

  it.each(mutants)('$name still finds what it takes out, and the test that has to notice', ({ changes, ...mutant }) => {
    for (const { file, find, replace } of changes) {
      expect(read(file).split(find.join('\n')), file).toHaveLength(2);
      expect(replace).not.toEqual(find);
    }
    expect(changes).not.toHaveLength(0);
    const titles = titlesIn(read(mutant.test)).filter((template) => isNamedBy(mutant.title, template));
    expect(titles, mutant.title).not.toHaveLength(0);
  });
});
