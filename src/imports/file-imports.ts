import { Injectable } from '@nestjs/common';
import type { User } from '../users/user.entity.js';
import { ImportRefusal, type ImportKind } from './file-reader.js';
import { ImportEngine } from './import-engine.js';
import { nothingYet, type ImportOptions, type Tally } from './import.js';
import { ImportTargets } from './import-target.js';
import { openFile } from './open-file.js';

export interface FileImport {
  kind: ImportKind;
  path: string;
  options: ImportOptions;
}

/** Reads a file of this machine at once: for whoever sits at its command line. */
@Injectable()
export class FileImports {
  constructor(
    private readonly engine: ImportEngine,
    private readonly targets: ImportTargets,
  ) {}

  /**
   * @param onProgress told the percent that has been read
   * @throws ImportRefusal when it cannot be read to its end; what was read is in
   */
  async read(
    { id, timeZone, email }: Pick<User, 'id' | 'timeZone' | 'email'>,
    { kind, path, options }: FileImport,
    onProgress: (percent: number, tally: Tally) => void,
  ): Promise<Tally> {
    if (kind === 'apple_health' && options.integrationId !== undefined) {
      throw new ImportRefusal('tells of health, which stays here: it is not pushed');
    }
    const target = await this.targets.find({ id, timeZone }, options.integrationId);
    const reader = await openFile(kind, path, { timeZone, email, options });
    const author = { actor: { kind: 'user', id: String(id) }, origin: { kind: 'cli', id: null } } as const;
    const tell = (tally: Tally, percent: number): Promise<void> => {
      onProgress(percent, tally);
      return Promise.resolve();
    };
    const tally = await this.engine.read(
      { reader, target, author, soFar: nothingYet() },
      { save: tell, progress: tell },
    );
    onProgress(100, tally);
    return tally;
  }
}
