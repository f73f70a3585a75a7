import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../common/errors.js';
import { assertCleanParameters, parseJsonBody } from '../common/json-body.js';

/** A body nobody reads is given this type, whatever it came as. */
const IGNORED = 'application/x-ignored';

/**
 * JSON objects in plain UTF-8, and nothing else, reach the routes. A route with `@RouteConfig({ ignoresBody: true })` takes any
 * body without looking at it.
 */
export function installBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer, request.headers['content-type']));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser(IGNORED, { parseAs: 'buffer' }, (request, _body, done) => {
    done(ignoresBody(request) ? null : unsupportedType());
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (ignoresBody(request)) {
      request.raw.headers['content-type'] = IGNORED;
      return done();
    }
    return done(request.headers['content-encoding'] === undefined ? undefined : compressedBody());
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    try {
      assertCleanParameters(request.query);
      assertCleanParameters(request.params);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

const ignoresBody = (request: FastifyRequest): boolean =>
  (request.routeOptions.config as { ignoresBody?: boolean }).ignoresBody === true;

const unsupportedType = () => new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'Bodies must be sent as application/json.');
const compressedBody = () => new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'Compressed bodies are not accepted.');
