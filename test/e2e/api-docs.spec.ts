import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = fs.readFileSync(path.join(ROOT, 'docs/api.md'), 'utf8');

/** Code of the product, without its tests. */
const SOURCE = fs
  .readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => fs.readFileSync(path.join(ROOT, 'src', file), 'utf8'))
  .join('\n');

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
    const real = new Set(
      [
        ...SOURCE.matchAll(
          /\(\s*'([A-Z_]+\.[A-Z_]+)'|code: '([A-Z_]+\.[A-Z_]+)'|\d{3}, '([A-Z_]+\.[A-Z_]+)'|\['(BODY\.[A-Z_]+)'/g,
        ),
      ].map((match) => match.slice(1).find((code) => code !== undefined)!),
    );
    const told = new Set([...PAGE.matchAll(/`([A-Z_]+\.[A-Z_]+)`/g)].map((match) => match[1]!));
    // In the log of errors, never in an answer.
    const internal = ['JOB.FAILED', 'INTEGRATION.UNREADABLE'];
    expect([...real].filter((code) => !told.has(code) && !internal.includes(code))).toEqual([]);
    expect([...told].filter((code) => !SOURCE.includes(`'${code}'`))).toEqual([]);
  });
});
