import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Config } from '../config/env.js';
import { describeFailure } from '../errors/describe-failure.js';
import { errorBody } from '../errors/error-body.js';

/** For everything but uploads and health batches, which set their own on the route. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** Limits, timeouts and request ids of the HTTP server. */
export const fastifyOptions = (config: Config, logger: FastifyBaseLogger) => ({
  loggerInstance: logger,
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  trustProxy: config.trustProxy,
  bodyLimit: BODY_LIMIT_BYTES,
  genReqId: requestIdFor,
  // The longest an upload may take. Anything else is cut off much earlier: see body-deadlines.ts.
  requestTimeout: 2 * 3600 * 1000,
  // Longer than the idle timeout of common load balancers (60 s), so that they close first and never meet a closed socket.
  keepAliveTimeout: 65_000,
  http: {
    headersTimeout: 10_000,
    // Node looks for expired requests only this often; its default would let a slow one live for a minute.
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16_384,
  },
  // 300: an e-mail address as a path segment.
  routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
  frameworkErrors: answerFrameworkError,
  clientErrorHandler: answerUnparsableRequest,
});

/** The caller's own id when it looks like one, so that a request can be followed through several services. */
function requestIdFor(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
}

/** Failures of the router itself, such as a badly encoded path. No hook has run by then. */
function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const failure = describeFailure(error, new Date(0));
  void reply
    .code(failure.status)
    .header('x-request-id', request.id)
    .header('content-type', 'application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(errorBody(failure, request));
}

/** A body that did not arrive in time. */
export function cutOffSlowRequest({ raw }: FastifyRequest): void {
  answerUnparsableRequest(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
}

/** What is not HTTP at all, or has headers beyond any limit: answered on the bare socket, which is closed. */
function answerUnparsableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = UNPARSABLE[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify({ statusCode: status, code, message, requestId: randomUUID() });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const MALFORMED = { status: 400, code: 'REQUEST.MALFORMED', message: 'The request is not valid HTTP.' };
const UNPARSABLE: Record<string, typeof MALFORMED> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'REQUEST.HEADERS_TOO_LARGE',
    message: 'The headers of the request are larger than 16 KB.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'REQUEST.TIMEOUT',
    message: 'The request did not arrive in time.',
  },
};
