import type { Failure } from './describe-failure.js';

/** The one shape of every error answer. */
export interface ErrorBody {
  statusCode: number;
  code: string;
  message: string;
  requestId: string;
  /** Under `/api-clockify` only: the message again, where its older clients look for it. */
  error?: string;
  details?: unknown;
}

/** The answer to a request that failed. Never a stack, a path of ours, SQL or the name of a library. */
export const errorBody = (failure: Failure, request: { id: string; url: string }): ErrorBody => ({
  statusCode: failure.status,
  code: failure.code,
  message: failure.message,
  requestId: request.id,
  ...(/^[^?]*\/api-clockify(?:[/?]|$)/.test(request.url) && { error: failure.message }),
  ...(failure.details !== undefined && { details: failure.details }),
});
