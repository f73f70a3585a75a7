import { badRequest, DomainError } from './errors.js';

const MAX_DEPTH = 64;
/** Checking unknown fields takes time with the square of their number: 60 000 of them would hold the process for seconds. */
const MAX_KEYS = 500;
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);

/** NUL, or half of a surrogate pair: PostgreSQL stores neither, and no text editor writes them. */
const INVALID_TEXT = /\0|\p{Surrogate}/u;

type Problem = 'depth' | 'count' | 'key' | 'text';

const BODY_PROBLEMS: Record<Problem, [code: string, message: string]> = {
  depth: ['BODY.TOO_DEEP', `The body is nested deeper than ${MAX_DEPTH} levels.`],
  count: ['BODY.TOO_MANY_KEYS', `An object in the body has more than ${MAX_KEYS} keys.`],
  key: ['BODY.FORBIDDEN_KEY', 'The body has a key that is never accepted.'],
  text: ['BODY.INVALID_TEXT', 'The body has a text with a NUL or half a character.'],
};

/** @throws DomainError 415 for a charset other than UTF-8 */
export function assertReadableCharset(contentType = ''): void {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType)?.[1];
  if (charset !== undefined && !CHARSETS.has(charset.toLowerCase())) {
    throw new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'Bodies must be encoded as UTF-8.');
  }
}

/**
 * The JSON object in a body, or `undefined` for an empty one. Nothing of the body is ever repeated in a message.
 * @throws DomainError 400 for what is not a JSON object of sound text
 */
export function parseJsonBody(body: Buffer): object | undefined {
  if (body.length === 0) return undefined;
  const value = parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('BODY.NOT_AN_OBJECT', 'The body must be a JSON object.');
  }
  const problem = findProblem(value);
  if (problem !== undefined) throw badRequest(...BODY_PROBLEMS[problem]);
  return value;
}

/**
 * The JSON object in a body of many megabytes. It is not walked through: whoever reads it takes the few fields it knows, and
 * stores none of its texts as they are.
 * @throws DomainError 400 for what is not a JSON object
 */
export function parseLargeJson(body: Buffer): object {
  const value = parse(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badRequest('BODY.NOT_AN_OBJECT', 'The body must be a JSON object.');
}

/** The same care for what came in the query or the path. */
export function assertCleanParameters(parameters: unknown): void {
  if (typeof parameters !== 'object' || parameters === null) return;
  const problem = findProblem(parameters);
  if (problem === 'text') {
    throw badRequest('REQUEST.INVALID_TEXT', 'The address has a text with a NUL or half a character.');
  }
  if (problem !== undefined) throw badRequest('REQUEST.INVALID_QUERY', 'The query has keys that are never accepted.');
}

function parse(body: Buffer): unknown {
  try {
    // A byte order mark is dropped, as RFC 8259 allows; bytes that are not UTF-8 are an error.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw badRequest('BODY.MALFORMED', 'The body is not valid JSON.');
  }
}

/** Walks with a stack of its own: a body can be nested deeper than functions can call each other. */
function findProblem(root: object): Problem | undefined {
  const pending: { value: object; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.depth > MAX_DEPTH) return 'depth';
    const isArray = Array.isArray(next.value);
    const members = Object.entries(next.value as Record<string, unknown>);
    if (!isArray && members.length > MAX_KEYS) return 'count';
    for (const [key, value] of members) {
      const problem = problemOfKey(key, value) ?? problemOfText(value);
      if (problem !== undefined) return problem;
      if (typeof value === 'object' && value !== null) pending.push({ value, depth: next.depth + 1 });
    }
  }
  return undefined;
}

/** Keys through which a careless copy would reach the prototype of every object. */
function problemOfKey(key: string, value: unknown): Problem | undefined {
  const reachesPrototype =
    key === '__proto__' ||
    (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype'));
  return reachesPrototype ? 'key' : problemOfText(key);
}

const problemOfText = (value: unknown): Problem | undefined =>
  typeof value === 'string' && INVALID_TEXT.test(value) ? 'text' : undefined;
