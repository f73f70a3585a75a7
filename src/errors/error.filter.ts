import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import { describeFailure, type Failure } from './describe-failure.js';
import { errorBody } from './error-body.js';
import { ErrorLogService } from './error-log.service.js';

/** The only place where something thrown becomes an answer. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly errorLog: ErrorLogService,
    private readonly clock: Clock,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const failure = describeFailure(error, this.clock.now());
    this.note(error, failure, request);
    if (reply.sent || reply.raw.headersSent) {
      // Half of a streamed answer is out: only a broken connection tells the caller that the rest will not come.
      reply.raw.destroy();
      return;
    }
    if (failure.retryAfterSeconds !== undefined) void reply.header('retry-after', String(failure.retryAfterSeconds));
    void reply.code(failure.status).type('application/json; charset=utf-8').send(errorBody(failure, request));
  }

  private note(error: unknown, failure: Failure, request: FastifyRequest): void {
    const route = request.routeOptions?.url;
    if (failure.blame === 'caller') return;
    if (failure.blame === 'outside') {
      request.log.warn({ err: error, code: failure.code, method: request.method, route }, 'could not be answered');
      return;
    }
    request.log.error({ err: error, method: request.method, route }, 'unexpected error');
    const { caller } = request as { caller?: Caller };
    // Not awaited: the answer does not wait for the note, and `record` never throws.
    void this.errorLog.record({
      code: failure.code,
      severity: 'error',
      message: messageOf(error),
      endpoint: route,
      method: request.method,
      status: failure.status,
      detail: { type: error instanceof Error ? error.name : typeof error },
      requestId: request.id,
      userId: caller?.kind === 'user' ? caller.userId : undefined,
    });
  }
}
