/** What a caller can do wrong, with a stable code. One filter turns it into an HTTP answer (see `errors/`). */
export class DomainError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly options: { retryAfterSeconds?: number; details?: unknown } = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

export const badRequest = (code: string, message: string) => new DomainError(400, code, message);
export const unauthorized = (message = 'Valid credentials are required.') =>
  new DomainError(401, 'AUTH.REQUIRED', message);
export const forbidden = (code: string, message: string) => new DomainError(403, code, message);
export const notFound = (code: string, message: string) => new DomainError(404, code, message);
export const conflict = (code: string, message: string) => new DomainError(409, code, message);
export const unprocessable = (code: string, message: string) => new DomainError(422, code, message);
export const tooManyRequests = (code: string, message: string, retryAfterSeconds: number) =>
  new DomainError(429, code, message, { retryAfterSeconds });
export const unavailable = (code: string, message: string, retryAfterSeconds = 5) =>
  new DomainError(503, code, message, { retryAfterSeconds });

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
