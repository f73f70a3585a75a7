import { Readable } from 'node:stream';

/** `{"result":[…]}` written page by page as it is read from the database. */
export const streamResult = (pages: AsyncIterable<unknown[]>): Readable => Readable.from(chunks(pages));

async function* chunks(pages: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  let opening = '{"result":[';
  for await (const page of pages) {
    yield opening + page.map((item) => JSON.stringify(item)).join(',');
    opening = ',';
  }
  yield opening === ',' ? ']}' : `${opening}]}`;
}
