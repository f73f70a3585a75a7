import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';

/** Uploads stop when nothing comes for half as long: what has not been written to for this long is nobody's any more. */
const ABANDONED_MILLISECONDS = 60_000;
const HOME_FILE = 'home';
const CLOCK_FILE = 'clock';
const UPLOAD = /^[0-9a-f-]{36}\.upload$/;

/** The folder in which uploads lie until they have been read: of the process's owner alone, in the data directory. */
@Injectable()
export class UploadFolder {
  private readonly folder: string;
  private known: string | undefined;

  constructor(@Inject(CONFIG) config: Config) {
    this.folder = path.join(config.dataDir, 'imports');
  }

  /** Names this folder among those of other machines: an upload is read where it lies. */
  get home(): string {
    this.known ??= this.readHome();
    return this.known;
  }

  /** A name for a new file; nothing a caller says becomes part of it. */
  newName(): string {
    this.prepare();
    return `${randomUUID()}.upload`;
  }

  pathOf(fileName: string): string {
    return path.join(this.folder, path.basename(fileName));
  }

  has(fileName: string): boolean {
    return existsSync(this.pathOf(fileName));
  }

  async remove(fileName: string): Promise<void> {
    await rm(this.pathOf(fileName), { force: true });
  }

  /**
   * Removes what a process that was killed has left behind.
   * @param kept names of files that wait to be read
   */
  async sweep(kept: ReadonlySet<string>): Promise<void> {
    if (!existsSync(this.folder)) return;
    const now = await this.fileClock();
    for (const name of await readdir(this.folder)) {
      if (!UPLOAD.test(name) || kept.has(name)) continue;
      const found = await stat(this.pathOf(name)).catch(() => null);
      if (found !== null && now - found.mtimeMs > ABANDONED_MILLISECONDS) await this.remove(name);
    }
  }

  /** The file system's own clock, by which its files are dated. */
  private async fileClock(): Promise<number> {
    const file = path.join(this.folder, CLOCK_FILE);
    // Written again as it is, so that the system dates it.
    writeFileSync(file, '', { mode: 0o600 });
    return (await stat(file)).mtimeMs;
  }

  private prepare(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
  }

  /** Several processes may share the folder, and start at once: whoever is first names it, with a file that is whole. */
  private readHome(): string {
    const file = path.join(this.folder, HOME_FILE);
    // If the process ends half-way, this is swept like any other upload.
    const draft = this.pathOf(this.newName());
    writeFileSync(draft, randomUUID(), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    return readFileSync(file, 'utf8').trim();
  }
}
