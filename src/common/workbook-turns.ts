import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A few milliseconds of work. */
const CELLS_PER_TURN = 1000;

/**
 * The pace at which a workbook is written. exceljs works off a row the moment it is told of it, and keeps in memory what the
 * output does not take: others get their turn in between, and whoever reads slowly is waited for.
 */
export class WorkbookTurns {
  private cells = 0;

  constructor(private readonly output: Writable) {}

  /** Nobody reads any more: the rest need not be written. */
  get isAbandoned(): boolean {
    return this.output.destroyed;
  }

  /** Call it after each row. */
  async wrote(cells: number): Promise<void> {
    this.cells += cells;
    if (this.cells < CELLS_PER_TURN) return;
    this.cells = 0;
    if (this.output.writableNeedDrain && !this.isAbandoned) await this.drained();
    else await nextTurn();
  }

  /** Resolves as well when nobody reads any more. */
  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.output.off('drain', done).off('close', done);
        resolve();
      };
      this.output.once('drain', done).once('close', done);
    });
  }
}
