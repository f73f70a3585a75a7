import { Readable } from 'node:stream';

/** `{"result":[…]}` written page by page as it is read from the database. */
export const streamResult = (pages: AsyncIterable<unknown[]>): Readable =>
  Readable.from(chunks(pages, { opening: '{"result":[', closing: ']}' }));

/** The same as a bare array. */
export const streamArray = (pages: AsyncIterable<unknown[]>): Readable =>
  Readable.from(chunks(pages, { opening: '[', closing: ']' }));

/** Reads the first page before anything is sent: a failing first query is still an error, not half an answer. */
export async function begun<T>(pages: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  return resume(await pages.next(), pages);
}

async function* resume<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

async function* chunks(
  pages: AsyncIterable<unknown[]>,
  { opening, closing }: { opening: string; closing: string },
): AsyncGenerator<string> {
  let before = opening;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield before + page.map((item) => JSON.stringify(item)).join(',');
    before = ',';
  }
  yield before === ',' ? closing : opening + closing;
}
