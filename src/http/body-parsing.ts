import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../common/errors.js';
import { assertCleanParameters, assertReadableCharset, parseJsonBody } from '../common/json-body.js';

/** A body nobody reads is given this type, whatever it came as. */
const IGNORED = 'application/x-ignored';

/**
 * JSON objects in plain UTF-8, and nothing else, reach the routes. A route with `@RouteConfig({ takesForm: true })` reads a form
 * from the connection itself, once it knows who sent it. A route with `@RouteConfig({ ignoresBody: true })` takes any
 * body without looking at it; one with `@RouteConfig({ keepsRawBody: true })` gets the bytes, and parses them itself once it
 * knows who sent them.
 */
export function installBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      assertReadableCharset(request.headers['content-type']);
      done(null, keepsRawBody(request) ? body : parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser('multipart/form-data', (request, _payload, done) => {
    done(takesForm(request) ? null : unsupportedType());
  });
  fastify.addContentTypeParser(IGNORED, { parseAs: 'buffer' }, (request, _body, done) => {
    done(ignoresBody(request) ? null : unsupportedType());
  });
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit = route.bodyLimit }: BodyConfig = route.config ?? {};
    route.bodyLimit = bodyLimit;
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

interface BodyConfig {
  ignoresBody?: boolean;
  keepsRawBody?: boolean;
  takesForm?: boolean;
  /** In bytes, where the limit of the application is not meant. */
  bodyLimit?: number;
}

const ignoresBody = ({ routeOptions }: FastifyRequest): boolean =>
  (routeOptions.config as BodyConfig).ignoresBody === true;
const keepsRawBody = ({ routeOptions }: FastifyRequest): boolean =>
  (routeOptions.config as BodyConfig).keepsRawBody === true;
const takesForm = ({ routeOptions }: FastifyRequest): boolean => (routeOptions.config as BodyConfig).takesForm === true;

const unsupportedType = () => new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'Bodies must be sent as application/json.');
const compressedBody = () => new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'Compressed bodies are not accepted.');
