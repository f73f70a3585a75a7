import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = fs.readFileSync(path.join(ROOT, 'docs/api.md'), 'utf8');

/** Code of the product below a folder, without its tests. */
const sourceBelow = (folder: string): string =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => fs.readFileSync(path.join(ROOT, folder, file), 'utf8'))
    .join('\n');

const CODE = String.raw`'([A-Z_]+\.[A-Z_]+)'`;
const THROWN = String.raw`(?:badRequest|forbidden|notFound|conflict|unprocessable|tooManyRequests|unavailable)\(\s*`;
const codesIn = (source: string, before: string): string[] =>
  [...source.matchAll(new RegExp(`${before}${CODE}`, 'g'))].map((match) => match[1]!);

/** What services throw, what the framework's failures are called here, and what is wrong with a body. */
const answeredCodes = (): Set<string> =>
  new Set([
    ...codesIn(sourceBelow('src'), THROWN),
    ...codesIn(sourceBelow('src'), String.raw`new DomainError\(\s*\d{3},\s*`),
    ...codesIn(sourceBelow('src/errors') + sourceBelow('src/http'), String.raw`\bcode: `),
    ...codesIn(sourceBelow('src/common'), String.raw`\w+: \[`),
  ]);

interface OpenApi {
  paths: Record<string, Record<string, object>>;
}

describe('docs/api.md', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  it('tells of every route there is, and of no other', async () => {
    const { paths } = (await (await fetch(`${app.url}/docs-json`)).json()) as OpenApi;
    const real = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const told = [...PAGE.matchAll(/`((?:GET|POST|PUT|DELETE) \/[^`?\s]*)`/g)].map((match) => match[1]!);
    expect([...new Set(told)].sort()).toEqual([...new Set(real)].sort());
  });

  it('knows every code an answer can carry, and invents none', () => {
    const told = new Set([...PAGE.matchAll(/`([A-Z_]+\.[A-Z_]+)`/g)].map((match) => match[1]!));
    const source = sourceBelow('src');
    expect([...answeredCodes()].filter((code) => !told.has(code))).toEqual([]);
    expect([...told].filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });
});
