import type { TestApp } from './app.js';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  schema?: Schema;
}

/** A route as the running app describes it. */
export interface Operation {
  method: string;
  /** With `{id}`. */
  path: string;
  parameters: Parameter[];
  /** The fields of a JSON body; null where there is none. */
  body: Schema | null;
}

interface Document {
  paths: Record<
    string,
    Record<string, { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } }>
  >;
  components: { schemas: Record<string, Schema> };
}

/** Every route there is, with the references in its body resolved. */
export async function readOperations({ url }: Pick<TestApp, 'url'>): Promise<Operation[]> {
  const { paths, components } = (await (await fetch(`${url}/docs-json`)).json()) as Document;
  const resolve = (schema: Schema): Schema => {
    const { $ref, ...own } = schema;
    const found = $ref === undefined ? own : resolve(components.schemas[$ref.split('/').at(-1)!]!);
    const { items, properties } = found;
    return {
      ...found,
      ...(items && { items: resolve(items) }),
      ...(properties && {
        properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, resolve(one)])),
      }),
    };
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return { method: method.toUpperCase(), path, parameters, body: schema === undefined ? null : resolve(schema) };
    }),
  );
}

/** A value as the document shows it, or the plainest of its type. */
export function exampleOf(schema: Schema): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.enum !== undefined) return schema.enum[0];
  const [type] = [schema.type].flat();
  if (type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, exampleOf(one)]));
  if (type === 'array') return schema.items === undefined ? [] : [exampleOf(schema.items)];
  return { boolean: true, number: 1, integer: 1 }[type ?? ''] ?? 'x';
}
