import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');
const page = read('SECURITY.md');
const changing = page.slice(page.indexOf('## Changing each secret'));

/** Variables whose value opens something, by their names; and those with a password in an address. */
const secrets = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=(.*)$/gm)]
  .filter(([, name, value]) => /PASSWORD|SECRET|TOKEN|_KEYS?$/.test(name!) || /:\/\/[^/]+:[^/]+@/.test(value!))
  .map(([, name]) => name!);

describe('the page about security', () => {
  it('says how each secret is changed', () => {
    expect(secrets).toEqual(
      expect.arrayContaining(['SECRET_TOKEN', 'CLOCKIFY_API_KEY', 'MAIL_PASSWORD', 'DATABASE_URL']),
    );
    // Beginning a paragraph, as what it is about.
    const subjects = [...changing.matchAll(/^\*\*[\s\S]*?\n\n/gm)].join('\n');
    expect(secrets.filter((name) => !subjects.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only places and tests that are there, at least one of each for every control', () => {
    const named = [...page.matchAll(/`((?:src|test|scripts)\/[^`\s]+)`/g)].map((match) => match[1]!);
    expect(named.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
    const begin = page.indexOf('| boundary ');
    const rows = page.slice(begin, page.indexOf('\n\n', begin)).split('\n').slice(2);
    expect(rows.length).toBeGreaterThan(10);
    const incomplete = rows.filter((row) => row.split('|').filter((cell) => /`[^`]+`/.test(cell)).length < 2);
    expect(incomplete).toEqual([]);
  });

  it('tells nobody’s name and no address', () => {
    expect(page.replaceAll('you@example.com', '')).not.toMatch(/[\w.+-]+@[\w-]+\.[a-z]{2,}/i);
    expect(page).toContain('private security advisory');
  });
});
