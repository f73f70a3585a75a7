import { redact } from './secret.js';

/**
 * - `network`: no connection, or it broke
 * - `timeout`: no complete answer in time
 * - `redirect`, `too_large`: an answer that is not taken
 */
export type HttpFailureKind = 'network' | 'timeout' | 'redirect' | 'too_large';

/** A call without a complete answer. The message names host and cause, never path, query or headers. */
export class HttpFailure extends Error {
  /** The request was sent, so the other side may have carried it out. */
  readonly isAmbiguous: boolean;
  /** Worth another try, where trying again is harmless. */
  readonly isPassing: boolean;

  constructor(
    readonly kind: HttpFailureKind,
    message: string,
    options: { isAmbiguous: boolean; isPassing?: boolean },
  ) {
    super(redact(message));
    this.name = 'HttpFailure';
    this.isAmbiguous = options.isAmbiguous;
    this.isPassing = options.isPassing ?? false;
  }
}

/** What `fetch` threw, in our words. `hasHead`: the status line had already been read. */
export function toHttpFailure(error: unknown, url: string, hasHead: boolean): HttpFailure {
  const host = URL.canParse(url) ? new URL(url).host : 'the service';
  if (error instanceof HttpFailure) {
    return new HttpFailure(error.kind, `${host}: ${error.message}`, { isAmbiguous: error.isAmbiguous });
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    // A body that drips will drip again: only a missing answer is worth another try.
    return new HttpFailure('timeout', `${host} did not answer in time`, { isAmbiguous: true, isPassing: !hasHead });
  }
  const cause = causeOf(error);
  const isAmbiguous = hasHead || !isBeforeSending(cause);
  return new HttpFailure('network', `${host} could not be reached (${codeOf(cause)})`, {
    isAmbiguous,
    isPassing: true,
  });
}

interface Cause {
  code?: unknown;
  syscall?: unknown;
  errors?: unknown;
}

function causeOf(error: unknown): Cause {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  return typeof cause === 'object' && cause !== null ? cause : {};
}

/** Each address that was tried has its own error inside. */
function attemptsOf(cause: Cause): Cause[] {
  return Array.isArray(cause.errors) && cause.errors.length > 0 ? (cause.errors as Cause[]) : [cause];
}

/** Looking up, connecting and the TLS handshake all come before the first byte of the request. */
function isBeforeSending(cause: Cause): boolean {
  return attemptsOf(cause).every(
    ({ syscall, code }) =>
      syscall === 'connect' ||
      syscall === 'getaddrinfo' ||
      code === 'UND_ERR_CONNECT_TIMEOUT' ||
      (typeof code === 'string' && /CERT|^ERR_TLS|^UNABLE_TO_VERIFY/.test(code)),
  );
}

function codeOf(cause: Cause): string {
  const code = attemptsOf(cause)[0]?.code ?? cause.code;
  return typeof code === 'string' ? code : 'connection failed';
}
