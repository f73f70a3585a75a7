import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import type { Metrics } from '../health/metrics.js';

/** Request id and cache header on the way in; one log line and one measurement on the way out. */
export function installRequestHooks(fastify: FastifyInstance, metrics: Metrics): void {
  // Looking for credentials in fields that cannot hold any would cost more than all the rest of the line.
  const lines = fastify.log.child({}, { redact: [] });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    // The pattern, never the URL: paths and queries carry tokens.
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    if (!route.startsWith('/health')) lines.info(requestLine(request, reply, route), 'request');
    done();
  });
}

/** Nothing that a caller has written, but the id of the request where it is made of harmless characters. */
function requestLine(request: FastifyRequest, reply: FastifyReply, route: string) {
  const { caller } = request as { caller?: Caller };
  return {
    requestId: request.id,
    method: request.method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    caller: caller?.credential.split(':')[0],
    userId: caller?.kind === 'user' ? caller.userId : undefined,
  };
}
