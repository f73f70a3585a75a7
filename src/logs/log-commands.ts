import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { DomainError } from '../common/errors.js';
import { Transactions } from '../database/transactions.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { EntryContent } from '../time-entries/time-entry.js';
import { Idempotency } from './idempotency.js';
import type { LogResponse } from './log-response.js';
import type { CreateLogDto, UpdateLogDto } from './logs.dto.js';
import { LogsService } from './logs.service.js';

export interface CommandOptions {
  requestId: string;
  /** Answer only after the push, at most 10 s. */
  wait: boolean;
}

/** What a request does to logs: once per `Idempotency-Key`, and answered before or after the push. */
@Injectable()
export class LogCommands {
  constructor(
    private readonly logs: LogsService,
    private readonly idempotency: Idempotency,
    private readonly transactions: Transactions,
  ) {}

  async create(
    user: UserCaller,
    request: CreateLogDto,
    { key, ...options }: CommandOptions & { key: string | null },
  ): Promise<{ answer: LogResponse; isReplay: boolean }> {
    const content = await this.logs.prepare(user, request);
    const author = authorOf(user, options.requestId);
    const written = await this.transactions.run(async (tx) => {
      const create = () => this.logs.create(user.userId, content, author, tx);
      if (key === null) return { answer: await create(), isReplay: false };
      return this.idempotency.once(user.userId, key, request, tx, create);
    });
    return options.wait ? { ...written, answer: await this.asItStands(user, written.answer, content) } : written;
  }

  /** After the push; what was removed since is answered as it was written. */
  private async asItStands(user: UserCaller, written: LogResponse, home: EntryContent): Promise<LogResponse> {
    try {
      return await this.afterPush(user, written.id, [home.integrationId]);
    } catch (error) {
      if (error instanceof DomainError && error.status === 404) return written;
      throw error;
    }
  }

  async update(user: UserCaller, id: number, request: UpdateLogDto, options: CommandOptions): Promise<LogResponse> {
    const { before, after } = await this.logs.update(user, id, request, authorOf(user, options.requestId));
    const homes = [...new Set([before.integrationId, after.integrationId])];
    return options.wait ? this.afterPush(user, id, homes) : this.logs.get(user.userId, id);
  }

  async remove(user: UserCaller, id: number, options: CommandOptions): Promise<void> {
    const entry = await this.logs.remove(user.userId, id, authorOf(user, options.requestId));
    if (options.wait) await this.logs.waitForPush(entry);
  }

  private async afterPush(user: UserCaller, id: number, homes: readonly (number | null)[]): Promise<LogResponse> {
    await Promise.all(homes.map((integrationId) => this.logs.waitForPush({ id, integrationId })));
    return this.logs.get(user.userId, id);
  }
}

const authorOf = (user: UserCaller, requestId: string): ChangeAuthor => ({
  actor: { kind: 'user', id: String(user.userId) },
  origin: { kind: 'request', id: requestId },
});
