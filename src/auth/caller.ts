import type { Role } from '../users/user.entity.js';

/** A person who proved who they are, by cookie or token. */
export interface UserCaller {
  kind: 'user';
  userId: number;
  username: string;
  role: Role;
  timeZone: string;
  /** Which credential was used, for rate limits: `cookie:<id>` or `token:<id>`. */
  credential: string;
}

/** Whoever holds `SECRET_TOKEN`: an operator or a script, not a person. */
export interface SecretCaller {
  kind: 'secret';
  credential: 'secret';
}

export type Caller = UserCaller | SecretCaller;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the caller guard before any handler runs; absent on public routes. */
    caller?: Caller;
  }
}
