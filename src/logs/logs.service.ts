import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { Clock } from '../common/clock.js';
import { notFound } from '../common/errors.js';
import { cutPage, decodeCursor } from '../common/pages.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { PushService } from '../push/push.service.js';
import { draftOf } from '../time-entries/entry-draft.js';
import { TimeEntriesService, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { EntryContent, TimeEntry } from '../time-entries/time-entry.js';
import { EntryHomes } from './entry-homes.js';
import { LogResponse } from './log-response.js';
import { refuseImpossibleTimes, runsWithout } from './log-rules.js';
import type { CreateLogDto, LogsQuery, UpdateLogDto } from './logs.dto.js';
import { LogsRepository, type LogCursor, type LogFilter, type StoredLog } from './logs.repository.js';
import { syncStateOf } from './sync-state.js';

const WAIT_MILLISECONDS = 10_000;
const STREAM_PAGE = 500;

/** Time entries seen by their owner: written against a project, pushed to its service. */
@Injectable()
export class LogsService {
  constructor(
    private readonly repository: LogsRepository,
    private readonly entries: TimeEntriesService,
    private readonly homes: EntryHomes,
    private readonly pushes: PushService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError 404 when it does not exist or is somebody else's */
  async get(userId: number, id: number): Promise<LogResponse> {
    return this.respond(await this.getStored(userId, id));
  }

  /** A page, newest first. */
  async page(
    userId: number,
    query: LogsQuery & { limit: number },
  ): Promise<{ items: LogResponse[]; nextCursor?: string }> {
    const after = decodeCursor(query.cursor, ['integer', 'integer']) ?? null;
    const rows = await this.repository.findPage(userId, filterOf(query), after, query.limit + 1);
    const { items, nextCursor } = cutPage(rows, query.limit, cursorOf);
    return { items: items.map((row) => this.respond(row)), nextCursor };
  }

  /** Every log, newest first, read page by page: however many there are, memory stays flat. */
  async *stream(userId: number, query: LogsQuery): AsyncGenerator<LogResponse[]> {
    let after: LogCursor | null = decodeCursor(query.cursor, ['integer', 'integer']) ?? null;
    for (;;) {
      const rows = await this.repository.findPage(userId, filterOf(query), after, STREAM_PAGE);
      if (rows.length > 0) yield rows.map((row) => this.respond(row));
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
    const running = content.isRunning ? await this.entries.findRunning(userId, tx) : [];
    const stops = running.map((entry) => ({
      kind: 'end' as const,
      id: entry.id,
      end: content.startedAt > entry.startedAt ? content.startedAt : entry.startedAt,
      reason: 'another entry was started',
    }));
    const applied = await this.entries.apply([...stops, { kind: 'create', userId, content }], author, tx);
    return this.respondTo(applied.at(-1)!.entry!);
  }

  /** @throws DomainError 404, 409 when it is locked, 422 for impossible times */
  async update(user: UserCaller, id: number, request: UpdateLogDto, author: ChangeAuthor): Promise<TimeEntry> {
    const { entry } = await this.getStored(user.userId, id);
    const patch = await this.patchOf(user.userId, entry, request);
    const [applied] = await this.transactions.run((tx) =>
      this.entries.apply([{ kind: 'edit', id, patch }], author, tx),
    );
    return applied!.entry ?? entry;
  }

  /** @throws DomainError 404, 409 when it is locked */
  async remove(userId: number, id: number, author: ChangeAuthor): Promise<TimeEntry> {
    const { entry } = await this.getStored(userId, id);
    await this.transactions.run((tx) => this.entries.apply([{ kind: 'delete', id }], author, tx));
    return entry;
  }

  /** Waits for the push of an entry, at most 10 s; an entry that only lives here is there at once. */
  async waitForPush(entry: Pick<TimeEntry, 'id' | 'integrationId'>): Promise<void> {
    if (entry.integrationId === null) return;
    await this.pushes.waitUntilSettled(entry.id, entry.integrationId, WAIT_MILLISECONDS);
  }

  private async getStored(userId: number, id: number): Promise<StoredLog> {
    const stored = await this.repository.findOwned(userId, id);
    if (stored === null) throw notFound('LOG.NOT_FOUND', 'There is no such log.');
    return stored;
  }

  private async patchOf(userId: number, entry: TimeEntry, request: UpdateLogDto): Promise<Partial<EntryContent>> {
    const moves = request.project_id !== undefined || request.integration_id !== undefined;
    const home = moves
      ? await this.homes.resolve(userId, request.project_id ?? null, request.integration_id ?? null)
      : null;
    const provider = home === null ? this.providerOf(entry) : home.provider;
    const startedAt = request.start ?? entry.startedAt;
    const endedAt = request.end === undefined ? entry.endedAt : request.end;
    refuseImpossibleTimes(startedAt, endedAt);
    const staysRunning = entry.isRunning && endedAt === null;
    return {
      ...home?.content,
      ...(request.task === undefined ? {} : { description: request.task }),
      ...(request.notes === undefined ? {} : { notes: request.notes }),
      ...(request.tags === undefined ? {} : { tags: request.tags }),
      ...(request.category === undefined ? {} : { category: request.category }),
      ...(request.billable === undefined ? {} : { isBillable: request.billable }),
      startedAt,
      endedAt,
      isRunning: staysRunning || runsWithout(endedAt, provider),
    };
  }

  private providerOf(entry: TimeEntry) {
    return entry.integrationId === null ? null : this.homes.providerOf(entry.source);
  }

  private respond({ entry, hasIntegration, pushState, pushError }: StoredLog): LogResponse {
    const provider = hasIntegration ? this.homes.providerOf(entry.source) : null;
    return LogResponse.from(entry, syncStateOf({ provider, draft: draftOf(entry), pushState, pushError }));
  }

  /** What has just been written: its push, if there is one, has not begun. */
  private respondTo(entry: TimeEntry): LogResponse {
    return this.respond({ entry, hasIntegration: entry.integrationId !== null, pushState: 'pending', pushError: null });
  }
}

const filterOf = (query: LogsQuery): LogFilter => ({
  from: query.from ?? null,
  to: query.to ?? null,
  projectId: query.project_id ?? null,
  integrationId: query.integration_id ?? null,
});

const cursorOf = ({ entry }: StoredLog): LogCursor => [entry.startedAt.getTime(), entry.id];
