import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { ChangeOf } from '../time-entries/entry-change.js';
import type { HealthChange } from '../time-entries/health-activity.js';
import { HealthKeys } from '../time-entries/health-keys.js';
import { TimeEntriesService, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { FileReader, ReadItem } from './file-reader.js';
import { MOST_REJECTIONS, type Tally } from './import.js';
import { changeFor, type ImportTarget } from './import-target.js';
import { ImportsRepository } from './imports.repository.js';

const BATCH = 200;
/** Between two words about how far it is, where nothing was found. */
const PERCENT_STEP = 2;
/** Until it is done it is not a hundred. */
const HIGHEST_PERCENT = 99;

/** Where a reading writes down how far it is. */
export interface ImportObserver {
  /** With a batch, in its transaction. @throws when the reading is somebody else's by now */
  save(tally: Tally, percent: number, tx: Tx): Promise<void>;
  /** In between, when only bytes were read. @throws likewise */
  progress(tally: Tally, percent: number): Promise<void>;
}

export interface Reading {
  reader: FileReader;
  target: ImportTarget;
  author: ChangeAuthor;
  /** What an earlier try came to; it goes on from there. */
  soFar: Tally;
  signal?: AbortSignal;
}

type Found = Exclude<ReadItem, { kind: 'progress' }>;

/** One batch at a time, in their order; while one is written, the next is read. */
class Writing {
  private last: Promise<Tally>;

  constructor(
    soFar: Tally,
    private readonly write: (batch: readonly Found[], tally: Tally) => Promise<Tally>,
  ) {
    this.last = Promise.resolve(soFar);
  }

  /** Resolves when the batch before is in. @throws what that one failed of */
  async next(batch: readonly Found[]): Promise<void> {
    const tally = await this.last;
    this.last = this.write(batch, tally);
    // Told by whoever waits for it next.
    this.last.catch(() => undefined);
  }

  /** What has come of all of them. @throws what the last one failed of */
  settled(): Promise<Tally> {
    return this.last;
  }
}

/** Reads a file into the ledger, batch by batch. What is in is in, whatever becomes of the rest. */
@Injectable()
export class ImportEngine {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly healthKeys: HealthKeys,
    private readonly transactions: Transactions,
    private readonly repository: ImportsRepository,
  ) {}

  /** @throws ImportRefusal when the file cannot be read to its end */
  async read(reading: Reading, observer: ImportObserver): Promise<Tally> {
    const { reader, soFar, signal } = reading;
    const writing = new Writing(soFar, (batch, tally) => this.write(batch, tally, reading, observer));
    let told = 0;
    let seen = 0;
    let batch: Found[] = [];
    const flush = async () => {
      const full = batch;
      batch = [];
      if (full.length > 0) await writing.next(full);
      told = percentOf(reader);
    };
    try {
      for await (const item of reader.items()) {
        signal?.throwIfAborted();
        if (item.kind !== 'progress') {
          seen += 1;
          if (seen > soFar.position) batch.push(item);
          if (batch.length >= BATCH) await flush();
        } else if (percentOf(reader) >= told + PERCENT_STEP) {
          told = percentOf(reader);
          await observer.progress(await writing.settled(), told);
        }
      }
    } catch (error) {
      // What could be read before the file broke off goes in all the same.
      if (error instanceof Error && error.name === 'ImportRefusal') await flush();
      await writing.settled();
      throw error;
    }
    await flush();
    return writing.settled();
  }

  private write(batch: readonly Found[], tally: Tally, reading: Reading, observer: ImportObserver): Promise<Tally> {
    const { target, author, reader } = reading;
    const found = batch.filter((item) => item.kind !== 'rejected');
    const rejected = batch.filter((item) => item.kind === 'rejected').map(({ line, reason }) => ({ line, reason }));
    const told = found.map((item) => changeFor(item, target));
    return this.transactions.run(async (tx) => {
      await this.repository.takeTurn(target.userId, tx);
      const changes = isHealth(told) ? await this.healthKeys.settle(target.userId, told, tx) : told;
      const applied = changes.length === 0 ? [] : await this.entries.apply(changes, author, tx);
      const created = applied.filter(({ outcome }) => outcome === 'created').length;
      const next: Tally = {
        position: tally.position + batch.length,
        newCount: tally.newCount + created,
        duplicateCount: tally.duplicateCount + applied.length - created,
        rejectedCount: tally.rejectedCount + rejected.length,
        rejected: [...tally.rejected, ...rejected].slice(0, MOST_REJECTIONS),
      };
      await observer.save(next, percentOf(reader), tx);
      return next;
    });
  }
}

/** A file tells of health or of work, never of both. */
const isHealth = (changes: readonly (ChangeOf<'import'> | HealthChange)[]): changes is HealthChange[] =>
  changes.every((change) => 'identity' in change);

const percentOf = (reader: FileReader): number => Math.min(HIGHEST_PERCENT, Math.floor(reader.fraction() * 100));
