import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerValues } from '../common/request-headers.js';

/** The names our cookies have on plain HTTP; behind TLS they carry the `__Host-` prefix. */
export type CookieName = 'timesheet_session' | 'timesheet_device';

/** `__Host-` makes the browser refuse the cookie from a subdomain or over plain HTTP. */
const nameOf = (name: CookieName, isSecure: boolean): string => (isSecure ? `__Host-${name}` : name);

/**
 * @returns the cookie's value, `null` when there is none, `'ambiguous'` when the browser sent two of that name: one of
 * them was planted by somebody else
 */
export function readCookie(
  request: FastifyRequest,
  name: CookieName,
  isSecure: boolean,
): { value: string } | 'ambiguous' | null {
  const prefix = `${nameOf(name, isSecure)}=`;
  const values = headerValues(request, 'cookie')
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
  if (values.length > 1) return 'ambiguous';
  return values[0] === undefined ? null : { value: values[0] };
}

const flags = (isSecure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure }) as const;

/** Sets a cookie that scripts cannot read and other sites cannot send with unsafe methods. */
export function setCookie(
  reply: FastifyReply,
  cookie: { name: CookieName; value: string; maxAgeSeconds: number; isSecure: boolean },
): void {
  const name = nameOf(cookie.name, cookie.isSecure);
  void reply.setCookie(name, cookie.value, { ...flags(cookie.isSecure), maxAge: cookie.maxAgeSeconds });
}

export function clearCookie(reply: FastifyReply, name: CookieName, isSecure: boolean): void {
  void reply.clearCookie(nameOf(name, isSecure), flags(isSecure));
}
