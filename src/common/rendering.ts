import { PassThrough, type Readable, type Writable } from 'node:stream';

export const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** An answer on its way: written while it is sent. */
export interface Rendering {
  contentType: string;
  /** What a download is saved as; `null` for what is not one. */
  fileName: string | null;
  body: Readable;
}

/** What `write` puts into a stream, to be read from the other end; a failure of it ends the reading. */
export function readableFrom(write: (output: Writable) => Promise<unknown>): Readable {
  const body = new PassThrough();
  write(body).catch((error: Error) => body.destroy(error));
  return body;
}
