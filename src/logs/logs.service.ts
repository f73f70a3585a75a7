import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { Clock } from '../common/clock.js';
import { notFound } from '../common/errors.js';
import { cutPage, decodeCursor } from '../common/pages.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { EntryContent, TimeEntry } from '../time-entries/time-entry.js';
import { EntryHomes } from './entry-homes.js';
import { LogAnswers } from './log-answers.js';
import type { LogResponse } from './log-response.js';
import { endOfPrevious, patchOf, refuseImpossibleTimes, refuseRunningAhead, runsWithout } from './log-rules.js';
import type { CreateLogDto, LogsQuery, UpdateLogDto } from './logs.dto.js';
import { LogsRepository, type LogCursor, type LogFilter, type StoredLog } from './logs.repository.js';

const STREAM_PAGE = 500;

export interface UpdatedLog {
  before: TimeEntry;
  after: TimeEntry;
}

/** Time entries seen by their owner: written against a project, pushed to its service. */
@Injectable()
export class LogsService {
  constructor(
    private readonly repository: LogsRepository,
    private readonly entries: TimeEntriesService,
    private readonly homes: EntryHomes,
    private readonly answers: LogAnswers,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError 404 when it does not exist or is somebody else's */
  async get(userId: number, id: number): Promise<LogResponse> {
    const [stored, categoriser] = await Promise.all([this.getStored(userId, id), this.answers.categoriserOf(userId)]);
    return this.answers.of(stored, categoriser);
  }

  /** A page, newest first. */
  async page(userId: number, query: LogsQuery, limit: number): Promise<{ items: LogResponse[]; nextCursor?: string }> {
    const after = decodeCursor(query.cursor, ['instant', 'integer']) ?? null;
    const [rows, categoriser] = await Promise.all([
      this.repository.findPage(userId, filterOf(query), after, limit + 1),
      this.answers.categoriserOf(userId),
    ]);
    const { items, nextCursor } = cutPage(rows, limit, cursorOf);
    return { items: items.map((row) => this.answers.of(row, categoriser)), nextCursor };
  }

  /** Every log, newest first, read page by page: however many there are, memory stays flat. */
  async *stream(userId: number, query: LogsQuery): AsyncGenerator<LogResponse[]> {
    let after: LogCursor | null = decodeCursor(query.cursor, ['instant', 'integer']) ?? null;
    const categoriser = await this.answers.categoriserOf(userId);
    for (;;) {
      const rows = await this.repository.findPage(userId, filterOf(query), after, STREAM_PAGE);
      if (rows.length > 0) yield rows.map((row) => this.answers.of(row, categoriser));
      if (rows.length < STREAM_PAGE) return;
      after = cursorOf(rows.at(-1)!);
    }
  }

  /**
   * Turns a request into something that can be written: everything is looked up and checked before a transaction opens.
   * @throws DomainError 404 for a foreign project or integration, 422 for impossible times
   */
  async prepare(user: UserCaller, request: CreateLogDto): Promise<EntryContent> {
    const home = await this.homes.resolve(user.userId, request.project_id ?? null, request.integration_id ?? null);
    const startedAt = request.start ?? this.clock.nowToTheSecond();
    const endedAt = request.end ?? null;
    refuseImpossibleTimes(startedAt, endedAt);
    refuseRunningAhead(startedAt, runsWithout(endedAt, home.provider), this.clock.now());
    return {
      ...home.content,
      taskExternalId: null,
      taskName: null,
      description: request.task,
      notes: request.notes ?? null,
      tags: request.tags ?? [],
      category: request.category ?? null,
      isBillable: request.billable ?? true,
      startedAt,
      endedAt,
      isRunning: runsWithout(endedAt, home.provider),
      timeZone: user.timeZone,
      timePrecision: 'second',
    };
  }

  /** Writes a new log in the caller's transaction; one that runs stops what the ledger shows running. */
  async create(userId: number, content: EntryContent, author: ChangeAuthor, tx: Tx): Promise<LogResponse> {
    const stops = content.isRunning ? await this.stopsBefore(content.startedAt, userId, null, tx) : [];
    const applied = await this.entries.apply([...stops, { kind: 'create', userId, content }], author, tx);
    return this.answers.ofNew(applied.at(-1)!.entry!, tx);
  }

  /** @throws DomainError 404, 409 when it is locked, 422 for impossible times */
  async update(user: UserCaller, id: number, request: UpdateLogDto, author: ChangeAuthor): Promise<UpdatedLog> {
    const { entry: before } = await this.getStored(user.userId, id);
    const startedAt = request.start ?? before.startedAt;
    const endedAt = request.end === undefined ? before.endedAt : request.end;
    refuseImpossibleTimes(startedAt, endedAt);
    const patch = patchOf(before, request, await this.homes.afterMove(before, request));
    const runs = endedAt === null && (patch.isRunning ?? before.isRunning);
    refuseRunningAhead(startedAt, runs, this.clock.now());
    const beginsToRun = runs && !before.isRunning;
    const after = await this.transactions.run(async (tx) => {
      const stops = beginsToRun ? await this.stopsBefore(startedAt, user.userId, id, tx) : [];
      const applied = await this.entries.apply([...stops, { kind: 'edit', id, patch }], author, tx);
      return applied.at(-1)!.entry!;
    });
    return { before, after };
  }

  /** @throws DomainError 404, 409 when it is locked */
  async remove(userId: number, id: number, author: ChangeAuthor): Promise<TimeEntry> {
    const { entry } = await this.getStored(userId, id);
    await this.transactions.run((tx) => this.entries.apply([{ kind: 'delete', id }], author, tx));
    return entry;
  }

  /** Waits for the push of an entry, at most 10 s; an entry that only lives here is there at once. */
  waitForPush(entry: Pick<TimeEntry, 'id' | 'integrationId'>): Promise<void> {
    return this.answers.waitForPush(entry);
  }

  private async getStored(userId: number, id: number): Promise<StoredLog> {
    const stored = await this.repository.findOwned(userId, id);
    if (stored === null) throw notFound('LOG.NOT_FOUND', 'There is no such log.');
    return stored;
  }

  /** One entry of a person runs at a time, also when two requests meet. */
  private async stopsBefore(start: Date, userId: number, exceptId: number | null, tx: Tx): Promise<EntryChange[]> {
    await this.repository.lockRunning(userId, tx);
    const now = this.clock.nowToTheSecond();
    const running = (await this.entries.findRunning(userId, tx)).filter(({ id }) => id !== exceptId);
    return running.map((entry) => ({
      kind: 'end',
      id: entry.id,
      end: endOfPrevious(entry, start, now),
      reason: 'another entry was started',
    }));
  }
}

const filterOf = (query: LogsQuery): LogFilter => ({
  from: query.from ?? null,
  to: query.to ?? null,
  projectId: query.project_id ?? null,
  integrationId: query.integration_id ?? null,
});

const cursorOf = ({ entry }: StoredLog): LogCursor => [entry.startedAt.getTime(), entry.id];
