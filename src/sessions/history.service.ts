import { Inject, Injectable } from '@nestjs/common';
import type { ReadPage } from '../common/bare-list.js';
import { notFound } from '../common/errors.js';
import { cutPage, decodeCursor } from '../common/pages.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Transactions } from '../database/transactions.js';
import { instantsOf, type DayQuery } from '../time-entries/search-days.js';
import type { Json } from '../time-entries/snapshot.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import { HistoryRepository, type HistoryFilter, type HistoryLine } from './history.repository.js';
import { SessionLedger } from './session-ledger.js';
import { SessionsService } from './sessions.service.js';

/** What a search of the history names. */
export interface HistorySearch extends Omit<HistoryFilter, 'userIds' | 'from' | 'to'>, DayQuery {
  email?: string;
}

/** The history of sessions: read, and added to by remarks that change nothing. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly repository: HistoryRepository,
    private readonly sessions: SessionsService,
    private readonly ledger: SessionLedger,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws DomainError 404 when it does not exist, or is the owner's alone */
  async get(id: number): Promise<HistoryLine> {
    const line = await this.repository.findById(id);
    if (line === null) throw notFound('BINNACLE.NOT_FOUND', 'There is no such line in the binnacle.');
    return line;
  }

  /** The lines a search names, in the order they were written. */
  async search({ email, startDate, fromDate, toDate, ...rest }: HistorySearch): Promise<ReadPage<HistoryLine>> {
    const days = instantsOf({ startDate, fromDate, toDate }, this.config.reportTimeZone);
    const owners = email === undefined ? {} : { userIds: await this.sessions.findUserIdsByEmail(email) };
    const filter: HistoryFilter = { ...rest, ...days, ...owners };
    return async ({ limit, cursor }) => {
      const [afterId] = decodeCursor(cursor, ['integer']) ?? [0];
      return cutPage(await this.repository.find(filter, afterId, limit + 1), limit, (line) => [line.id]);
    };
  }

  /**
   * Adds a line that changes nothing. Its author and its time are the ledger's.
   * @returns the id of the line
   * @throws DomainError 404 for a session that does not exist, or is the owner's alone
   */
  async remark(entryId: number, text: Record<string, Json>, author: ChangeAuthor): Promise<number> {
    await this.sessions.get(entryId);
    return this.transactions.run(async (tx) => {
      await this.ledger.tell({ kind: 'remark', id: entryId, text }, author, tx);
      return this.repository.findLastId(entryId, tx);
    });
  }
}
