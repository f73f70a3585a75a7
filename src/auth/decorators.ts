import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { SECURITY_SCHEMES } from '../common/api-docs.js';
import type { Role } from '../users/user.entity.js';
import type { Caller, UserCaller } from './caller.js';

/** Who may call a route. A route without a declaration answers nobody. */
export interface CallerRule {
  kind: 'public' | 'user' | 'admin-api' | 'flic' | 'webhook';
  /** For `user` and `admin-api`: the roles a signed-in user needs; empty means any. */
  roles: readonly Role[];
}

export const CALLER_RULE = 'timesheet:caller-rule';

// Made anew for each route: the decorator remembers what it was given before.
const byToken = () => [
  ApiSecurity(SECURITY_SCHEMES.bearer),
  ApiSecurity({ [SECURITY_SCHEMES.username]: [], [SECURITY_SCHEMES.authToken]: [] }),
];
const asUser = () => [ApiSecurity(SECURITY_SCHEMES.cookie), ...byToken()];

const DOCUMENTED: Record<CallerRule['kind'], () => (MethodDecorator & ClassDecorator)[]> = {
  public: () => [],
  user: asUser,
  'admin-api': () => [ApiSecurity(SECURITY_SCHEMES.adminSecret), ...asUser()],
  flic: byToken,
  webhook: () => [],
};

/** What a route enforces is what its document says. */
const rule = (kind: CallerRule['kind'], roles: readonly Role[] = []) =>
  applyDecorators(SetMetadata<string, CallerRule>(CALLER_RULE, { kind, roles }), ...DOCUMENTED[kind]());

/** Anybody, without credentials. */
export const Public = () => rule('public');
/** A signed-in user, by cookie or token, with one of the roles if any are named. */
export const RequireUser = (...roles: Role[]) => rule('user', roles);
/** `SECRET_TOKEN`, or a signed-in user with one of the roles (default: coordinator or admin). */
export const RequireAdminApi = (...roles: Role[]) =>
  rule('admin-api', roles.length > 0 ? roles : ['coordinator', 'admin']);
/** A user's token in header, query or path; never the cookie. */
export const RequireFlicToken = () => rule('flic');

/** A provider, which proves itself over the raw body; the route's own module verifies it. */
export const WebhookCaller = () => rule('webhook');

/** The signed-in user. Only on routes that require one. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): UserCaller => {
  const { caller } = context.switchToHttp().getRequest<{ caller?: Caller }>();
  if (caller?.kind !== 'user') throw new Error('CurrentUser on a route that does not require a user');
  return caller;
});

/** Whoever calls: a user or the holder of `SECRET_TOKEN`. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<{ caller?: Caller }>();
  if (caller === undefined) throw new Error('CurrentCaller on a route without a caller');
  return caller;
});
