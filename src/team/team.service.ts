import { Inject, Injectable } from '@nestjs/common';
import { AccountsService } from '../auth/accounts.service.js';
import type { ReadPage } from '../common/bare-list.js';
import { notFound } from '../common/errors.js';
import { cutPage, decodeCursor } from '../common/pages.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Transactions } from '../database/transactions.js';
import { instantsOf, type DayQuery } from '../time-entries/search-days.js';
import { TEAM_PROVIDER } from '../time-entries/team-view.js';
import { PeopleService } from '../users/people.service.js';
import type { PersonFacts } from '../users/users.service.js';
import { TeamRepository, type Member } from './team.repository.js';

/** People as coordinators know them: by their id at the service their sessions come from. */
@Injectable()
export class TeamService {
  constructor(
    private readonly repository: TeamRepository,
    private readonly people: PeopleService,
    private readonly accounts: AccountsService,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Everybody, by id. */
  readonly all: ReadPage<Member> = ({ limit, cursor }) =>
    this.page(cursor, limit, (afterId, count) => this.repository.find(afterId, count));

  /** Whoever has sessions in these days. */
  search(days: DayQuery): ReadPage<Member> {
    const instants = instantsOf(days, this.config.reportTimeZone);
    return ({ limit, cursor }) =>
      this.page(cursor, limit, (afterId, count) => this.repository.findWithSessions(instants, afterId, count));
  }

  /** @throws DomainError 404 `USER.NOT_FOUND` */
  async getByExternalId(externalId: string): Promise<Member> {
    return this.get(await this.idOf(externalId));
  }

  /** @throws DomainError 404 `USER.NOT_FOUND` */
  async getByEmail(email: string): Promise<Member> {
    return (await this.repository.findByEmail(email)) ?? unknownUser();
  }

  /**
   * Writes down a person without a login, whom the service will name sooner or later.
   * @throws DomainError 409 `USER.DUPLICATE_EXTERNAL_ID`
   */
  async create(externalId: string, facts: PersonFacts & { name: string }): Promise<Member> {
    const account = { accountId: externalId, name: facts.name, status: 'ACTIVE' };
    const id = await this.transactions.run(async (tx) => {
      const created = await this.people.enter(TEAM_PROVIDER, account, tx);
      await this.accounts.describe(created, facts, tx);
      return created;
    });
    return this.get(id);
  }

  /** @throws DomainError 404 `USER.NOT_FOUND`; 409 `USER.LAST_ADMIN` */
  async update(externalId: string, facts: PersonFacts): Promise<Member> {
    const id = await this.idOf(externalId);
    await this.transactions.run((tx) => this.accounts.describe(id, facts, tx));
    return this.get(id);
  }

  private async idOf(externalId: string): Promise<number> {
    return (await this.people.ownerOf(TEAM_PROVIDER, externalId)) ?? unknownUser();
  }

  private async get(id: number): Promise<Member> {
    return (await this.repository.findById(id)) ?? unknownUser();
  }

  private async page(
    cursor: string | undefined,
    limit: number,
    read: (afterId: number, count: number) => Promise<Member[]>,
  ) {
    const [afterId] = decodeCursor(cursor, ['integer']) ?? [0];
    return cutPage(await read(afterId, limit + 1), limit, (member) => [member.id]);
  }
}

function unknownUser(): never {
  throw notFound('USER.NOT_FOUND', 'There is no such user.');
}
