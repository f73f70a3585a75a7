import { stat } from 'node:fs/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { UserCaller } from '../auth/caller.js';
import { badRequest, notFound, tooManyRequests, unprocessable } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { UsersService } from '../users/users.service.js';
import { IMPORT_KINDS, ImportRefusal, type ImportKind } from './file-reader.js';
import { DATE_ORDERS, type DateOrder, type Import, type ImportOptions } from './import.js';
import { ImportTargets } from './import-target.js';
import { ImportsRepository } from './imports.repository.js';
import { openFile } from './open-file.js';
import { receiveUpload } from './upload.js';
import { UploadFolder } from './upload-folder.js';

/** Each of them lies on the disk until it has been read. */
const MOST_OPEN = 3;
const MOST_UPLOADS = 4;
const FIELDS = new Set(['kind', 'integration_id', 'date_order']);

/** Takes files in: each is looked into at once, and read by a worker. */
@Injectable()
export class ImportsService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Imports');
  /** Whose uploads come in at the moment. */
  private readonly uploading = new Set<number>();

  constructor(
    private readonly repository: ImportsRepository,
    private readonly folder: UploadFolder,
    private readonly targets: ImportTargets,
    private readonly users: UsersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
  }

  /** @throws DomainError 404 when it does not exist or is somebody else's */
  async get(userId: number, id: number): Promise<Import> {
    const found = await this.repository.findOwned(userId, id);
    if (found === null) throw notFound('IMPORT.NOT_FOUND', 'There is no such import.');
    return found;
  }

  /** @throws DomainError 400, 413, 415 or 422 for what cannot be brought in, 429 while too much waits */
  async accept(user: UserCaller, request: FastifyRequest): Promise<Import> {
    await this.refuseCrowd(user.userId);
    this.uploading.add(user.userId);
    const fileName = this.folder.newName();
    try {
      const path = this.folder.pathOf(fileName);
      const fields = await receiveUpload(request, { path, maxBytes: this.config.importMaxBytes });
      failpoint(this.config.testControl, 'import.uploaded');
      const { kind, options } = readFields(fields);
      await this.refuseUnreadable(user, path, kind, options);
      return await this.repository.create(user.userId, { kind, options, home: this.folder.home, fileName });
    } catch (error) {
      await this.folder.remove(fileName);
      throw error;
    } finally {
      this.uploading.delete(user.userId);
    }
  }

  /** What processes that were killed have left behind goes; what waits for a file that is gone is told so. */
  async sweep(): Promise<void> {
    const open = await this.repository.findOpenFiles(this.folder.home);
    const lost = open.filter(({ fileName }) => !this.folder.has(fileName)).map(({ id }) => id);
    if (lost.length > 0) {
      await this.repository.lose(lost, 'The uploaded file is gone. Please send it again.');
      this.logger.warn(`${lost.length} uploads are gone from the data directory.`);
    }
    await this.folder.sweep(new Set(open.map(({ fileName }) => fileName)));
  }

  private async refuseCrowd(userId: number): Promise<void> {
    const isBusy =
      this.uploading.has(userId) ||
      this.uploading.size >= MOST_UPLOADS ||
      (await this.repository.countOpen(userId)) >= MOST_OPEN;
    if (isBusy) throw tooManyRequests('IMPORT.BUSY', 'Other files are still being brought in.', 10);
  }

  /** What is plainly wrong is said in the answer, not found out later. */
  private async refuseUnreadable(
    user: UserCaller,
    path: string,
    kind: ImportKind,
    options: ImportOptions,
  ): Promise<void> {
    const { userId: id, timeZone } = user;
    await this.targets.find({ id, timeZone }, options.integrationId);
    const { email } = await this.users.get(id);
    try {
      if ((await stat(path)).size === 0) throw new ImportRefusal('is empty');
      await openFile(kind, path, { timeZone, email, options });
    } catch (error) {
      if (error instanceof ImportRefusal) throw unprocessable('IMPORT.UNREADABLE', `The file ${error.message}.`);
      throw error;
    }
  }
}

function readFields(fields: ReadonlyMap<string, string>): { kind: ImportKind; options: ImportOptions } {
  const unknown = [...fields.keys()].find((name) => !FIELDS.has(name));
  if (unknown !== undefined) throw badRequest('VALIDATION.FAILED', 'The form has a field that is not known.');
  const kind = IMPORT_KINDS.find((one) => one === fields.get('kind'));
  if (kind === undefined) throw badRequest('VALIDATION.FAILED', `kind must be one of ${IMPORT_KINDS.join(', ')}`);
  const options = { ...integrationIn(fields.get('integration_id')), ...dateOrderIn(fields.get('date_order')) };
  if (kind === 'apple_health' && options.integrationId !== undefined) {
    throw badRequest('VALIDATION.FAILED', 'integration_id does not go with apple_health: health stays here');
  }
  return { kind, options };
}

function integrationIn(text: string | undefined): { integrationId?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(text)) throw badRequest('VALIDATION.FAILED', 'integration_id must be a positive integer');
  return { integrationId: Number(text) };
}

function dateOrderIn(text: string | undefined): { dateOrder?: DateOrder } {
  if (text === undefined) return {};
  const dateOrder = DATE_ORDERS.find((one) => one === text);
  if (dateOrder === undefined)
    throw badRequest('VALIDATION.FAILED', `date_order must be one of ${DATE_ORDERS.join(', ')}`);
  return { dateOrder };
}
