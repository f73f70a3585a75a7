/** JSON whose integers may exceed 2^53: they are `bigint` inside. TypeScript's ES2023 library does not know the two yet. */
const JSON_WITH_SOURCE = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};

export function parseBigJson(text: string): unknown {
  return JSON_WITH_SOURCE.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? BigInt(source!) : value,
  );
}

export const writeBigJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? JSON_WITH_SOURCE.rawJSON(inner.toString()) : inner,
  );
