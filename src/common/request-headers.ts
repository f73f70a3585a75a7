import type { FastifyRequest } from 'fastify';

/**
 * Every value of a header as it was sent. Node's own view joins repeated headers with a comma or drops all but the
 * first, which would hide that two people are named.
 * @param name in lower case
 */
export function headerValues(request: FastifyRequest, name: string): string[] {
  const { rawHeaders } = request.raw;
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const key = rawHeaders[index]!;
    if (key.length === name.length && key.toLowerCase() === name) values.push(rawHeaders[index + 1]!);
  }
  return values;
}
