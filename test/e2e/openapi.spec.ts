import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

interface Example {
  example?: unknown;
  schema?: { example?: unknown };
}

interface Operation {
  operationId: string;
  summary?: string;
  parameters?: { in: string; name: string; example?: unknown; schema?: object }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { content?: Record<string, Example>; headers?: Record<string, Example> }>;
}

let test: TestApp;
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: object } };
let operations: [string, string, Operation][];

beforeAll(async () => {
  test = await startTestApp({ env: { ROLE: 'api' } });
  document = (await (await fetch(`${test.url}/docs-json`)).json()) as typeof document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
  );
});

afterAll(() => test.close());

const offenders = (isWrong: (operation: Operation, path: string) => boolean): string[] =>
  operations.filter(([, path, operation]) => isWrong(operation, path)).map(([method, path]) => `${method} ${path}`);

describe('the document of the API', () => {
  it('is OpenAPI 3.1 and readable as a page', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect((await fetch(`${test.url}/docs`)).headers.get('content-type')).toContain('text/html');
  });

  it('says in a sentence what every route does', () => {
    expect(offenders(({ summary }) => (summary ?? '') === '')).toEqual([]);
  });

  it('gives an example of every route’s success', () => {
    const hasExample = ({ responses }: Operation): boolean =>
      responses['302']?.headers?.Location?.example !== undefined ||
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .some(([, { content }]) =>
          Object.values(content ?? {}).some(
            (media) => media.example !== undefined || media.schema?.example !== undefined,
          ),
        );
    expect(offenders((operation) => !hasExample(operation))).toEqual([]);
  });

  it('names each operation once, and only path parameters that the path has', () => {
    const names = operations.map(([, , { operationId }]) => operationId);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(
      offenders(({ parameters = [] }, path) =>
        parameters.some((parameter) => parameter.in === 'path' && !path.includes(`{${parameter.name}}`)),
      ),
    ).toEqual([]);
  });

  it('shows no example with a missing value', () => {
    const holes = operations.flatMap(([method, path, { responses }]) =>
      Object.values(responses).flatMap(({ content }) =>
        Object.values(content ?? {}).some((media) => JSON.stringify(media.example ?? null).includes('"result":[{}]'))
          ? [`${method} ${path}`]
          : [],
      ),
    );
    expect(holes).toEqual([]);
  });
});
