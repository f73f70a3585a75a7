import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BodyDeadline } from '../common/body-deadline.js';

/**
 * A body that dribbles in is cut off after this long. Node knows one limit for all requests; this one is for each, so that a
 * route may give more to a caller who has proved who they are.
 */
const BODY_MILLISECONDS = 24_000;

export function installBodyDeadlines(
  fastify: FastifyInstance,
  cutOff: (request: FastifyRequest) => void,
  milliseconds = BODY_MILLISECONDS,
): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (awaitsBody(request)) {
      const deadline = new BodyDeadline(milliseconds, () => cutOff(request));
      request.bodyDeadline = deadline;
      request.raw.once('end', () => deadline.clear()).once('close', () => deadline.clear());
    }
    done();
  });
}

const awaitsBody = ({ headers, raw }: FastifyRequest): boolean =>
  !raw.complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
