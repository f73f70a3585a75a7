import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Doorkeeper } from '../common/doorkeeper.js';

/** More than this is not read to the end for somebody who has been refused: the connection is closed instead. */
const DRAINED_BYTES = 64 * 1024;

type DoorkeeperClass = abstract new (...args: never[]) => Doorkeeper;

/**
 * A route with `@RouteConfig({ doorkeeper: SomeDoor })` is asked for by its doorkeeper before any of the body is read: a stranger’s
 * megabytes stay where they are.
 */
export function installDoorkeepers(fastify: FastifyInstance, find: (keeper: DoorkeeperClass) => Doorkeeper): void {
  fastify.addHook('preParsing', async (request, reply) => {
    const { doorkeeper } = request.routeOptions.config as { doorkeeper?: DoorkeeperClass };
    if (doorkeeper === undefined) return;
    try {
      await find(doorkeeper).admit(request);
    } catch (error) {
      if (!isSmall(request)) void reply.header('connection', 'close');
      throw error;
    }
  });
}

/** One that does not say its length may be endless. */
const isSmall = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= DRAINED_BYTES;
