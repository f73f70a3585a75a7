import { Inject, Injectable, Logger } from '@nestjs/common';
import { DomainError, messageOf } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import { redact } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Claim } from '../database/claims.js';
import { UsersService } from '../users/users.service.js';
import { ImportRefusal } from './file-reader.js';
import { ImportEngine, type ImportObserver } from './import-engine.js';
import type { Import } from './import.js';
import { ImportTargets } from './import-target.js';
import { ImportsRepository } from './imports.repository.js';
import { openFile } from './open-file.js';
import { UploadFolder } from './upload-folder.js';

const LEASE_SECONDS = 60;
const MOST_TRIES = 5;
const FIRST_DELAY_SECONDS = 10;

/** Another worker has taken the file over: what is half-way here is rolled back. */
class TakenOver extends Error {}

/** Reads one uploaded file into the ledger; a file that was read half-way goes on where it stopped. */
@Injectable()
export class ImportRunner {
  private readonly logger = new Logger('Imports');

  constructor(
    private readonly repository: ImportsRepository,
    private readonly engine: ImportEngine,
    private readonly targets: ImportTargets,
    private readonly folder: UploadFolder,
    private readonly users: UsersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param signal ends it in between two batches; the rest is left to the next start
   * @returns false when nothing is due
   */
  async readNext(signal: AbortSignal): Promise<boolean> {
    const claim = await this.repository.claim(this.folder.home, this.leaseSeconds);
    if (claim === null) return false;
    const found = await this.repository.begin(claim);
    if (found === null) return true;
    const renewal = setInterval(() => void this.renew(claim), (this.leaseSeconds * 1000) / 3);
    try {
      await this.read(claim, found, signal);
      await this.finish(claim, found, { state: 'done', error: null });
    } catch (error) {
      await this.afterFailure(claim, found, error, signal);
    } finally {
      clearInterval(renewal);
    }
    return true;
  }

  private async read(claim: Claim, found: Import, signal: AbortSignal): Promise<void> {
    if (found.attempts > MOST_TRIES) throw new ImportRefusal('could not be read in several tries');
    const user = await this.users.find(found.userId);
    if (user === null || !user.isEnabled) throw new ImportRefusal('belongs to a user who is disabled');
    const { kind, options, fileName } = found;
    const { id, timeZone, email } = user;
    const target = await this.targets.find({ id, timeZone }, options.integrationId);
    const reader = await openFile(kind, this.folder.pathOf(fileName), { timeZone, email, options });
    const author = {
      actor: { kind: 'user', id: String(id) },
      origin: { kind: 'import', id: String(found.id) },
    } as const;
    await this.engine.read({ reader, target, author, soFar: found, signal }, this.observe(claim));
  }

  private observe(claim: Claim): ImportObserver {
    return {
      save: async (tally, percent, tx) => {
        if (!(await this.repository.saveProgress(claim, tally, percent, tx))) throw new TakenOver();
        failpoint(this.config.testControl, 'import.batch');
      },
      progress: async (tally, percent) => {
        if (!(await this.repository.saveProgress(claim, tally, percent))) throw new TakenOver();
      },
    };
  }

  private async finish(claim: Claim, found: Import, end: { state: 'done' | 'failed'; error: string | null }) {
    failpoint(this.config.testControl, 'import.read');
    const isOurs = await this.repository.settle(claim, { ...end, delaySeconds: 0 });
    if (isOurs) await this.folder.remove(found.fileName);
  }

  private async afterFailure(claim: Claim, found: Import, error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof TakenOver) return;
    if (error instanceof ImportRefusal) {
      await this.finish(claim, found, { state: 'failed', error: `The file ${error.message}.` });
      return;
    }
    if (error instanceof DomainError) {
      await this.finish(claim, found, { state: 'failed', error: error.message });
      return;
    }
    if (!signal.aborted) this.logger.error(`Import ${found.id}: ${redact(messageOf(error))}`, (error as Error).stack);
    const delay = signal.aborted ? 0 : FIRST_DELAY_SECONDS * 2 ** (found.attempts - 1);
    const delaySeconds = delay * (this.config.testControl.retryScale ?? 1);
    await this.repository.settle(claim, { state: 'queued', error: null, delaySeconds });
  }

  private async renew(claim: Claim): Promise<void> {
    await this.repository
      .renew(claim, this.leaseSeconds)
      .catch((error: unknown) => this.logger.warn(`The lease of an import is not renewed: ${messageOf(error)}`));
  }

  private get leaseSeconds(): number {
    return this.config.testControl.leaseSeconds ?? LEASE_SECONDS;
  }
}
