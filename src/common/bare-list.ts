import type { FastifyReply, FastifyRequest } from 'fastify';
import { begun, streamArray } from './json-stream.js';
import type { Page, PageQuery } from './pages.js';

/** Reads at most `limit` items of a list, from where `cursor` says on. */
export type ReadPage<T> = (page: { limit: number; cursor: string | undefined }) => Promise<Page<T>>;

const STREAM_PAGE = 500;

/**
 * Answers a list as a bare array. With a limit one page, whose successor is named in `Link` and `X-Next-Cursor`; without one
 * everything, read and sent page by page, so that memory stays flat however much there is.
 */
export async function answerList<T>(
  { limit, cursor }: PageQuery,
  read: ReadPage<T>,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  if (limit === undefined) {
    const pages = await begun(allPages(read, cursor));
    return reply.type('application/json; charset=utf-8').send(streamArray(pages));
  }
  const { items, nextCursor } = await read({ limit, cursor });
  if (nextCursor !== undefined) {
    reply.header('x-next-cursor', nextCursor).header('link', `<${nextUrl(request.url, nextCursor)}>; rel="next"`);
  }
  return reply.send(items);
}

async function* allPages<T>(read: ReadPage<T>, cursor: string | undefined): AsyncGenerator<T[]> {
  let next = cursor;
  do {
    const page = await read({ limit: STREAM_PAGE, cursor: next });
    yield page.items;
    next = page.nextCursor;
  } while (next !== undefined);
}

/** The same address with another cursor; relative, because only the caller knows by what name it found us. */
function nextUrl(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url, 'http://here');
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams.toString()}`;
}
