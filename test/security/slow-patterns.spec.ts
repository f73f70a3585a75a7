import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SRC = path.resolve(import.meta.dirname, '../../src');
const LENGTH = 50_000;
const MILLISECONDS = 50;

/** What only ever reads a text of the operator’s or of ours, or one that was cut before: by file and pattern. */
const HARMLESS = new Set([
  String.raw`config/env-reader.ts /\/+$/`,
  String.raw`integrations/webhook-registrar.ts /\/+$/`,
  String.raw`integrations/providers/clockify/clockify.client.ts /\/+$/`,
  String.raw`integrations/providers/toggl/toggl.client.ts /\/+$/`,
  String.raw`integrations/providers/zoho/zoho.client.ts /\/+$/`,
  String.raw`integrations/providers/zoho-accounts/accounts.client.ts /\/+$/`,
  String.raw`integrations/providers/zoho-desk/desk.client.ts /\/+$/`,
  'users/passwords.ts /=+$/',
  // At most 2,000 characters: see ErrorLogService.
  'errors/fingerprint.ts /"[^"]*"|\'[^\']*\'|`[^`]*`|«[^»]*»/g',
]);

interface Pattern {
  file: string;
  pattern: RegExp;
}

const sources = fs
  .readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({
    file,
    tree: ts.createSourceFile(file, fs.readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true),
  }));

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes = [node];
  node.forEachChild((child) => void nodes.push(...nodesOf(child)));
  return nodes;
}

function patternsIn({ file, tree }: (typeof sources)[number]): Pattern[] {
  return nodesOf(tree)
    .filter((node) => ts.isRegularExpressionLiteral(node))
    .map((node) => {
      const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(node.text)!;
      return { file, pattern: new RegExp(source!, flags) };
    });
}

const context = vm.createContext({});
const script = new vm.Script(
  'pattern.lastIndex = 0; pattern.global ? text.replaceAll(pattern, "") : pattern.test(text)',
);

/** As quick as it gets: a busy machine makes it slow once, a bad pattern always. */
function millisecondsFor(pattern: RegExp, text: string): number {
  let best = Infinity;
  for (let tries = 0; tries < 4 && best > MILLISECONDS; tries += 1) {
    Object.assign(context, { pattern, text });
    const started = performance.now();
    try {
      script.runInContext(context, { timeout: 1000 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    }
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

const ALWAYS = ['a', '0', ' ', '\t', '\n', '-', '.', '"', 'a-', '0:', 'é', '\u{1f469}'];

/** Endless rows of whatever a pattern speaks of, and an end that it does not expect. */
function textsFor({ source }: RegExp): string[] {
  const letters = source.replaceAll(/\\[a-z]/gi, '').match(/[^\\()[\]{}?*+|^$.\w\s]/gu) ?? [];
  const brackets = source.match(/(?<=\\)[()[\]{}?*+|^$./]/g) ?? [];
  const words = source.match(/[a-z_]{3,}/gi) ?? [];
  const pieces = [...new Set([...ALWAYS, ...letters, ...brackets, ...words])];
  return pieces.flatMap((piece) => {
    const row = piece.repeat(Math.ceil(LENGTH / piece.length));
    return [`${row}!`, `x ${row}\u0000`];
  });
}

describe('B81 no pattern of the product takes long over an endless text', () => {
  const patterns = sources.flatMap(patternsIn);

  it('finds them all', () => {
    expect(patterns.length).toBeGreaterThan(150);
    const made = sources
      .filter(({ tree }) =>
        nodesOf(tree).some((node) => ts.isNewExpression(node) && node.expression.getText() === 'RegExp'),
      )
      .map(({ file }) => file);
    // Put together at run time, from our own words: looked at by hand.
    expect(made.sort()).toEqual(['common/whole-words.ts', 'timeline/findings/finding.ts']);
  });

  const byFile = Map.groupBy(patterns, ({ file }) => file);
  it.each([...byFile])('in %s', (file, ofFile) => {
    const slow = ofFile
      .filter(({ pattern }) => !HARMLESS.has(`${file} ${String(pattern)}`))
      .filter(({ pattern }) => textsFor(pattern).some((text) => millisecondsFor(pattern, text) > MILLISECONDS));
    expect(slow.map(({ pattern }) => String(pattern))).toEqual([]);
  });
});
