/**
 * Toggl's ids are 64-bit integers, which a JavaScript number holds only up to 2^53. Both directions therefore keep larger
 * ones as text: a rounded id would be somebody else's entry.
 */

/** V8 offers both; TypeScript's ES2023 library does not know them yet. */
const JSON_WITH_SOURCE = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};

/** Parses JSON; integers beyond 2^53 become strings of their digits. @throws SyntaxError */
export function parseKeepingIds(text: string): unknown {
  return JSON_WITH_SOURCE.parse(text, (_key, value, { source }) => {
    const isRounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '');
    return isRounded ? source : value;
  });
}

/** An id kept as text, written into a JSON body as the number it is. */
export const idLiteral = (id: string): unknown => JSON_WITH_SOURCE.rawJSON(id);

export const isId = (value: string): boolean => /^[1-9]\d{0,18}$/.test(value);
