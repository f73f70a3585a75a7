import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { badRequest, DomainError } from '../common/errors.js';

/** Fields and files of a form, as far as they are looked at. */
const LIMITS = { fields: 8, files: 1, parts: 9, fieldNameSize: 64, fieldSize: 256, headerPairs: 16, headerSize: 8192 };
/** What a form adds to its file. */
const FRAME_BYTES = 64 * 1024;
/** An upload may take long, but has to go on. */
const IDLE_MILLISECONDS = 30_000;

export interface UploadTarget {
  /** Where its one file is written to. */
  path: string;
  maxBytes: number;
}

/**
 * Reads a form, its file straight into a file.
 * @returns its fields
 * @throws DomainError 400, 413 or 415; the file is then for the caller to remove
 */
export async function receiveUpload(request: FastifyRequest, target: UploadTarget): Promise<Map<string, string>> {
  if (Number(request.headers['content-length'] ?? 0) > target.maxBytes + FRAME_BYTES) throw tooLarge(target.maxBytes);
  const form = new Form(openForm(request, target.maxBytes), target);
  try {
    await pipeline(request.raw, keepAlive(request), form.parser);
  } catch (error) {
    form.abandon();
    throw form.problem ?? (error instanceof DomainError ? error : badUpload('The form ended too soon, or is no form.'));
  } finally {
    await form.fileWritten.catch(() => undefined);
  }
  return form.result();
}

/** The pieces of one form as they come in. */
class Form {
  problem: DomainError | undefined;
  fileWritten: Promise<void> = Promise.resolve();
  private readonly fields = new Map<string, string>();
  private file: BusboyFileStream | undefined;

  constructor(
    readonly parser: BusboyInstance,
    private readonly target: UploadTarget,
  ) {
    parser.on('field', (name, value, isNameCut, isValueCut) => this.takeField(name, value, isNameCut || isValueCut));
    parser.on('file', (name, stream) => this.takeFile(name, stream));
    for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      parser.on(limit, () =>
        this.refuse(badUpload('The form has too many parts: it takes one file and a few fields.')),
      );
    }
  }

  async result(): Promise<Map<string, string>> {
    await this.fileWritten;
    if (this.problem !== undefined) throw this.problem;
    if (this.file === undefined) throw badUpload('The form has no file: its field is called “file”.');
    return this.fields;
  }

  /** The form has broken off: nobody else ends its file. */
  abandon(): void {
    this.file?.destroy(new Error('the form broke off'));
  }

  private takeField(name: string, value: string, isCut: boolean): void {
    if (isCut) this.refuse(badUpload('A field of the form is too long.'));
    else if (this.fields.has(name)) this.refuse(badUpload('A field of the form stands there twice.'));
    else this.fields.set(name, value);
  }

  private takeFile(name: string, stream: BusboyFileStream): void {
    this.file = stream;
    if (name !== 'file') this.refuse(badUpload('The field of the file must be called “file”.'));
    stream.once('limit', () => this.refuse(tooLarge(this.target.maxBytes)));
    this.fileWritten = pipeline(stream, createWriteStream(this.target.path, { mode: 0o600, flags: 'wx' }));
    // Waited for in the end; until then it must not count as unhandled.
    this.fileWritten.catch(() => undefined);
  }

  /** The first problem is told, and nothing more is read. */
  private refuse(problem: DomainError): void {
    this.problem ??= problem;
    this.parser.destroy(problem);
  }
}

function openForm(request: FastifyRequest, maxBytes: number): BusboyInstance {
  const contentType = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(contentType)) {
    throw new DomainError(415, 'BODY.UNSUPPORTED_TYPE', 'The body must be sent as multipart/form-data.');
  }
  try {
    const headers = { ...request.headers, 'content-type': contentType };
    return new Busboy({ headers, limits: { ...LIMITS, fileSize: maxBytes } });
  } catch {
    throw badUpload('The form has no boundary.');
  }
}

/** Each piece that arrives buys time for the next. */
function keepAlive({ bodyDeadline }: FastifyRequest): Transform {
  bodyDeadline?.extend(IDLE_MILLISECONDS);
  return new Transform({
    transform(chunk, _encoding, done) {
      bodyDeadline?.extend(IDLE_MILLISECONDS);
      done(null, chunk);
    },
  });
}

const badUpload = (message: string) => badRequest('IMPORT.BAD_UPLOAD', message);

const tooLarge = (maxBytes: number) =>
  new DomainError(413, 'BODY.TOO_LARGE', `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`);
