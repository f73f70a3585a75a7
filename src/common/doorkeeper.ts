import type { FastifyRequest } from 'fastify';

/** Says who may send a body to a route, from the address and the headers alone. */
export interface Doorkeeper {
  /** @throws DomainError for whoever may not */
  admit(request: FastifyRequest): Promise<void>;
}
