import { HttpException } from '@nestjs/common';
import { DomainError } from '../common/errors.js';
import { redact } from '../common/secret.js';
import { databaseFailureOf, type DatabaseFailure } from '../database/failure.js';
import { ProviderError, type ProviderErrorKind } from '../integrations/contract/provider-error.js';

/** What a caller is told about anything that was thrown. */
export interface Failure {
  status: number;
  code: string;
  message: string;
  retryAfterSeconds?: number;
  details?: unknown;
  /** Whom it concerns: the caller alone, somebody outside, or us. */
  blame: 'caller' | 'outside' | 'us';
}

/** @param now when the answer leaves, for the seconds of `Retry-After` */
export function describeFailure(error: unknown, now: Date): Failure {
  if (error instanceof DomainError) return fromDomain(error);
  if (error instanceof ProviderError) return fromProvider(error, now);
  const database = databaseFailureOf(error);
  if (database !== undefined) return BY_DATABASE[database];
  const status = statusOf(error);
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? { ...BAD_REQUEST, status } : INTERNAL);
}

const fromDomain = ({ status, code, message, options }: DomainError): Failure => ({
  status,
  code,
  message,
  ...(options.retryAfterSeconds !== undefined && { retryAfterSeconds: options.retryAfterSeconds }),
  ...(options.details !== undefined && { details: options.details }),
  blame: 'caller',
});

const PROVIDER: Record<ProviderErrorKind, { status: number; code: string }> = {
  invalid_credentials: { status: 422, code: 'PROVIDER.INVALID_CREDENTIALS' },
  quota: { status: 503, code: 'PROVIDER.QUOTA' },
  rejected: { status: 422, code: 'PROVIDER.REJECTED' },
  not_found: { status: 404, code: 'PROVIDER.NOT_FOUND' },
  conflict: { status: 409, code: 'PROVIDER.CONFLICT' },
  unavailable: { status: 503, code: 'PROVIDER.UNAVAILABLE' },
};

/** The reason is the provider's own and meant for a person, so it is passed on. */
function fromProvider(error: ProviderError, now: Date): Failure {
  const { status, code } = PROVIDER[error.kind];
  const failure: Failure = { status, code, message: redact(error.message), blame: 'outside' };
  return status === 503 ? { ...failure, retryAfterSeconds: secondsUntil(error.retryAt, now) } : failure;
}

const secondsUntil = (instant: Date | undefined, now: Date): number =>
  instant === undefined ? 30 : Math.max(1, Math.ceil((instant.getTime() - now.getTime()) / 1000));

const INTERNAL: Failure = {
  status: 500,
  code: 'INTERNAL',
  message: 'Something went wrong on our side.',
  blame: 'us',
};

const BAD_REQUEST: Failure = {
  status: 400,
  code: 'REQUEST.INVALID',
  message: 'The request is not valid.',
  blame: 'caller',
};

const BY_DATABASE: Record<DatabaseFailure, Failure> = {
  unavailable: {
    status: 503,
    code: 'DATABASE.UNAVAILABLE',
    message: 'The database does not answer at the moment.',
    retryAfterSeconds: 5,
    blame: 'outside',
  },
  busy: {
    status: 503,
    code: 'DATABASE.BUSY',
    message: 'Too much happens at once; nothing was changed. Please try again.',
    retryAfterSeconds: 1,
    blame: 'outside',
  },
  duplicate: { status: 409, code: 'CONFLICT', message: 'It exists already.', blame: 'caller' },
  reference: {
    status: 422,
    code: 'REFERENCE.INVALID',
    message: 'Something it refers to does not exist, or it is still referred to.',
    blame: 'caller',
  },
  value: { status: 400, code: 'VALUE.INVALID', message: 'A value cannot be stored.', blame: 'caller' },
};

/** Texts of our own for the failures of the framework: theirs repeat the address, the body or a parser's words. */
const BY_STATUS: Record<number, Failure> = {
  400: BAD_REQUEST,
  401: { status: 401, code: 'AUTH.REQUIRED', message: 'Valid credentials are required.', blame: 'caller' },
  403: { status: 403, code: 'AUTH.FORBIDDEN', message: 'This is not allowed.', blame: 'caller' },
  404: { status: 404, code: 'ROUTE.NOT_FOUND', message: 'There is no such route.', blame: 'caller' },
  408: { status: 408, code: 'REQUEST.TIMEOUT', message: 'The request did not arrive in time.', blame: 'caller' },
  413: { status: 413, code: 'BODY.TOO_LARGE', message: 'The body is too large.', blame: 'caller' },
  414: { status: 414, code: 'REQUEST.PATH_TOO_LONG', message: 'A part of the path is too long.', blame: 'caller' },
  415: {
    status: 415,
    code: 'BODY.UNSUPPORTED_TYPE',
    message: 'Bodies must be sent as application/json.',
    blame: 'caller',
  },
  429: { status: 429, code: 'RATE_LIMITED', message: 'Too many requests.', retryAfterSeconds: 1, blame: 'caller' },
  503: { status: 503, code: 'UNAVAILABLE', message: 'Please try again.', retryAfterSeconds: 5, blame: 'outside' },
};

/** The status a framework error carries; 500 for all others. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  const isFastifyError = typeof code === 'string' && code.startsWith('FST_');
  return isFastifyError && typeof statusCode === 'number' ? statusCode : 500;
}
