import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const VARIABLES = new Set(
  [...fs.readFileSync(path.join(ROOT, '.env.example'), 'utf8').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(
    (match) => match[1]!,
  ),
);

const pages = [
  ...fs.readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...fs
    .readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const textOf = (page: string): string => fs.readFileSync(path.join(ROOT, page), 'utf8');

describe('the pages', () => {
  it('are all there', () => {
    const wanted = ['README', 'ARCHITECTURE', 'CONTRIBUTING', 'CHANGELOG', 'SECURITY'].map((name) => `${name}.md`);
    expect(pages).toEqual(expect.arrayContaining([...wanted, 'docs/api.md', 'docs/OPERATIONS.md']));
    expect(fs.existsSync(path.join(ROOT, 'LICENSE'))).toBe(true);
  });

  it.each(pages)('%s leads to files that are there', (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
    const local = links.filter((link) => !/^(https?:|#)/.test(link)).map((link) => link.split('#')[0]!);
    const missing = local.filter((link) => !fs.existsSync(path.join(ROOT, path.dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it.each(pages)('%s names only scripts and commands that are there', (page) => {
    const named = [...textOf(page).matchAll(/npm run ([\w:-]+)(?: -- ([a-z][a-z -]*[a-z]))?/g)];
    expect(named.map((match) => match[1]!).filter((name) => scripts[name] === undefined)).toEqual([]);
    const calls = named.flatMap(([, script, words]) => (script === 'cli' && words !== undefined ? [words] : []));
    const isCommand = (call: string) => COMMANDS.some(({ words }) => `${call} `.startsWith(`${words} `));
    expect(calls.filter((call) => !isCommand(call))).toEqual([]);
  });

  it('speak of variables that are read', () => {
    const named = ['SECURITY.md', 'docs/OPERATIONS.md', 'docs/providers/toggl.md'].flatMap((page) =>
      [...textOf(page).matchAll(/`([A-Z]{2,}(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map((match) => match[1]!),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !VARIABLES.has(name))).toEqual([]);
  });

  it('number the decisions without a gap', () => {
    const records = pages.filter((page) => page.startsWith('docs/adr/')).sort();
    records.forEach((page, index) => {
      const number = index + 1;
      expect(page).toMatch(new RegExp(`^docs/adr/${String(number).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      expect(textOf(page)).toMatch(new RegExp(`^# ${number}\\. `));
    });
  });
});
