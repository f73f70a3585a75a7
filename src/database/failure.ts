/**
 * What a failed statement means to whoever asked for it:
 * - `unavailable`: the server is away, starting, full, or being replaced
 * - `busy`: it lost against another transaction or took too long; the same request may succeed in a moment
 * - `duplicate`, `reference`, `value`: the request asks for what the schema forbids
 */
export type DatabaseFailure = 'unavailable' | 'busy' | 'duplicate' | 'reference' | 'value';

const BY_STATE: [RegExp, DatabaseFailure][] = [
  // 25006: writing to a server that has just become a standby.
  [/^(08...|53...|57P0[1-3]|25006)$/, 'unavailable'],
  [/^(40001|40P01|55P03|57014|25P03)$/, 'busy'],
  [/^23505$/, 'duplicate'],
  [/^23503$/, 'reference'],
  [/^22...$/, 'value'],
];

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver and its pool know no codes for these. */
const DRIVER_MESSAGE =
  /^(timeout exceeded when trying to connect|Connection terminated|Cannot use a pool after|Client has encountered a connection error|Client was closed|Query read timeout)/;

/** The meaning of an error of the driver, its pool or TypeORM; `undefined` for every other error. */
export function databaseFailureOf(error: unknown): DatabaseFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, severity, syscall, driverError } = error as Error & Record<string, unknown>;
  if (typeof code === 'string' && typeof severity === 'string') {
    return BY_STATE.find(([pattern]) => pattern.test(code))?.[1];
  }
  // Only the driver lets a bare socket error through: calls to the outside wrap theirs in a ProviderError.
  if (typeof code === 'string' && NETWORK_CODES.has(code) && typeof syscall === 'string') return 'unavailable';
  if (DRIVER_MESSAGE.test(error.message)) return 'unavailable';
  return driverError === undefined ? undefined : databaseFailureOf(driverError);
}
