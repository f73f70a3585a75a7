import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import type { Metrics } from '../health/metrics.js';

/** Request id and cache header on the way in; one log line and one measurement on the way out. */
export function installRequestHooks(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    // The pattern, never the URL: paths and queries carry tokens.
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    if (!route.startsWith('/health')) logRequest(request, reply, route);
    done();
  });
}

function logRequest(request: FastifyRequest, reply: FastifyReply, route: string): void {
  const { caller } = request as { caller?: Caller };
  request.log.info(
    {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      caller: caller?.credential.split(':')[0],
      userId: caller?.kind === 'user' ? caller.userId : undefined,
    },
    'request',
  );
}
