import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '../common/errors.js';
import type { ReadPage } from '../common/bare-list.js';
import { cutPage, decodeCursor } from '../common/pages.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import { instantsOf, type DayQuery } from '../time-entries/search-days.js';
import { PeopleService } from '../users/people.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import type { SessionFilter } from './session-filter.js';
import { SessionsRepository } from './sessions.repository.js';

/** What a search names beside the parts of the filter: days, and people by address. */
export interface SessionSearch extends Omit<SessionFilter, 'userIds' | 'from' | 'to'>, DayQuery {
  email?: string;
  userId?: number;
}

/** Time entries seen by the coordinator. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly people: PeopleService,
    private readonly users: UsersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The name of a workspace whose service tells none. */
  get defaultWorkspaceName(): string {
    return this.config.defaultWorkspaceName;
  }

  /** @throws DomainError 404 when it does not exist, or is the owner's alone */
  async get(id: number): Promise<TimeEntry> {
    const entry = await this.repository.findById(id);
    if (entry === null) throw notFound('SESSION.NOT_FOUND', 'There is no such session.');
    return entry;
  }

  /** Every session, deleted ones too, by id. */
  readonly all: ReadPage<TimeEntry> = async ({ limit, cursor }) => {
    const [afterId] = decodeCursor(cursor, ['integer']) ?? [0];
    return cutPage(await this.repository.findAll(afterId, limit + 1), limit, (entry) => [entry.id]);
  };

  /** The sessions that a search names, by start. */
  async search(search: SessionSearch): Promise<ReadPage<TimeEntry>> {
    const filter = await this.filterOf(search);
    return async ({ limit, cursor }) => {
      const after = decodeCursor(cursor, ['instant', 'integer']) ?? null;
      const entries = await this.repository.find(filter, after, limit + 1);
      return cutPage(entries, limit, (entry) => [entry.startedAt.getTime(), entry.id]);
    };
  }

  /** The person an id stands for, until the transaction ends; `null` when it stands for nobody. */
  async holdOwner(userId: number, tx: Tx): Promise<User | null> {
    const [owner] = await this.users.findMany([await this.people.hold(userId, tx)], tx);
    return owner ?? null;
  }

  /** Two people may have one address. */
  findUserIdsByEmail(email: string): Promise<number[]> {
    return this.repository.findUserIdsByEmail(email);
  }

  private async filterOf(search: SessionSearch): Promise<SessionFilter> {
    const { email, userId, startDate, fromDate, toDate, ...filter } = search;
    const days = instantsOf({ startDate, fromDate, toDate }, this.config.reportTimeZone);
    const owners = await this.ownersOf(email, userId);
    return { ...filter, ...days, ...(owners !== null && { userIds: owners }) };
  }

  /** `null`: whoever. A placeholder's id stands for whoever turned out to be that person. */
  private async ownersOf(email: string | undefined, userId: number | undefined): Promise<number[] | null> {
    const byId = userId === undefined ? null : [await this.people.resolve(userId)];
    if (email === undefined) return byId;
    const byEmail = await this.repository.findUserIdsByEmail(email);
    return byId === null ? byEmail : byId.filter((id) => byEmail.includes(id));
  }
}
