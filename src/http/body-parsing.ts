import type { FastifyInstance } from 'fastify';
import { DomainError } from '../common/errors.js';
import { assertCleanParameters, parseJsonBody } from '../common/json-body.js';

/** JSON objects in plain UTF-8, and nothing else, reach the routes. */
export function installBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer, request.headers['content-type']));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(request.headers['content-encoding'] === undefined ? undefined : compressedBody());
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

const compressedBody = () => new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'Compressed bodies are not accepted.');
